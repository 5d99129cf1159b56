using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>What keeps a container from starting is told as container runtimes word it.</summary>
[TestClass]
public sealed class StartErrors : PodTests
{
    [TestInitialize]
    public void Start()
    {
        File.WriteAllText(Path.Combine(pod.Layer, "plain"), "#!/bin/sh\n");
        Executable("garbage", "\u0001\u0002 no program");
        Executable("orphan", "#!/absent/interpreter\n");
        Executable("bin/script", "#!/bin/sh\necho \"$0 $1\"\n");
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("absent", StartFailure.NotFound, "exec: \"absent\": executable file not found in $PATH")]
    [DataRow("", StartFailure.NotFound, "exec: \"\": executable file not found in $PATH")]
    [DataRow("/absent", StartFailure.NotFound, "exec: \"/absent\": stat /absent: no such file or directory")]
    [DataRow("/bin", StartFailure.PermissionDenied, "exec: \"/bin\": permission denied")]
    [DataRow("/plain", StartFailure.PermissionDenied, "exec: \"/plain\": permission denied")]
    [DataRow("/garbage", StartFailure.ExecFormat, "exec /garbage: exec format error")]
    [DataRow("/orphan", StartFailure.NotFound, "exec /orphan: no such file or directory")]
    public async Task AProgramThatCannotRunIsNamed(string program, StartFailure failure, string message)
    {
        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => pod.RunAsync([program]));

        Assert.AreEqual((failure, $"unable to start container process: {message}"), (exception.Failure, exception.Message));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AScriptIsFoundOnThePathOfTheContainer()
    {
        var run = await pod.RunAsync(["script", "x"], spec => spec with { Environment = ["PATH=/absent:/bin"] });

        Assert.AreEqual("/bin/script x\n", run.Output);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AWorkingDirectoryThatIsAFileIsNamed()
    {
        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => pod.RunAsync("true", spec => spec with { WorkingDirectory = "/plain" }));

        Assert.AreEqual(StartFailure.WorkingDirectory, exception.Failure);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AnUnknownCapabilityIsNamed()
    {
        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => pod.RunAsync("true", spec => spec with { AddedCapabilities = ["FLY"] }));

        StringAssert.Contains(exception.Message, "FLY");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ASysctlOfTheMachineIsRefused()
    {
        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(
            () => TestPod.CreateAsync(spec => spec with { Sysctls = new Dictionary<string, string> { ["kernel.panic"] = "1" } }));

        StringAssert.Contains(exception.Message, "kernel.panic");
    }

    private void Executable(string path, string text)
    {
        var file = Path.Combine(pod.Layer, path);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }
}
