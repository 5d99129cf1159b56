using Kontrakt.Tool;

namespace Tool.Tests;

/// <summary>What a command line that cannot be meant ends in: exit code 2, nothing on standard output, and a way to help.</summary>
[TestClass]
public sealed class CommandLines
{
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("aply")]
    [DataRow("--tiemout", "5m", "run")]
    [DataRow("run", "--tiemout", "5m")]
    [DataRow("run", "extra")]
    [DataRow("apply", "-X")]
    [DataRow("run", "--directory")]
    [DataRow("resolve", "--output", "xml")]
    [DataRow("build", "--run", "x")]
    [DataRow]
    public async Task ThatAreNotUnderstoodEndInTwo(params string[] args)
    {
        var (exitCode, output, error) = await RunAsync(args);

        Assert.AreEqual(2, exitCode, error);
        Assert.AreEqual("", output);
        Assert.Contains("kontrakt --help", error);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("--help", "list")]
    [DataRow("--help", "build")]
    [DataRow("--help", "resolve")]
    [DataRow("--help", "imagereplace")]
    [DataRow("--help", "apply")]
    [DataRow("--help", "wait")]
    [DataRow("--help", "assert")]
    [DataRow("--help", "push")]
    [DataRow("--help", "delete")]
    [DataRow("--help", "run")]
    [DataRow("--help", "host-base")]
    [DataRow("--help", "reference")]
    public async Task AreHelpedWithEachVerb(string option, string verb)
    {
        var (exitCode, output, _) = await RunAsync([option]);
        var (ofVerb, verbOutput, _) = await RunAsync([verb, option]);

        Assert.AreEqual(0, exitCode);
        Assert.Contains(verb, output);
        Assert.AreEqual(0, ofVerb);
        Assert.Contains("KO_DOCKER_REPO", verbOutput);
    }

    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] args, Dictionary<string, string>? environment = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await KontraktCommand.RunAsync(args, output, error, name => environment?.GetValueOrDefault(name));
        return (exitCode, output.ToString(), error.ToString());
    }
}
