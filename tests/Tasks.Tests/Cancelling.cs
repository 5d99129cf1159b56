using Kontrakt.Tests;
using System.Diagnostics;
using System.Globalization;

namespace Tasks.Tests;

/// <summary>A task that is told to stop cleans up first.</summary>
[TestClass]
public sealed class Cancelling
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(60_000)]
    public async Task CancelledTaskFailsWithoutAnError()
    {
        var began = new TaskCompletionSource();
        var (task, engine) = ScriptedTask.Create(async (_, token) =>
        {
            began.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });

        var execution = Task.Run(task.Execute);
        await began.Task;
        task.Cancel();

        Assert.IsFalse(await execution);
        Assert.IsEmpty(engine.Errors);
    }

    [TestMethod, Timeout(180_000), OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task SigTermLetsEveryTaskCleanUpAndDoesNotEndInSuccess()
    {
        using var folder = new TempFolder();
        folder.Write("one.proj", Project("one"));
        folder.Write("two.proj", Project("two"));
        folder.Write("both.proj", """<Project><Target Name="Go"><MSBuild Projects="one.proj;two.proj" Targets="Go" BuildInParallel="true" /></Target></Project>""");
        using var build = Build(folder, "both.proj");

        var lines = new List<string?>();
        while (lines.Count(line => line?.Contains("began", StringComparison.Ordinal) == true) < 2)
        {
            lines.Add(await build.StandardOutput.ReadLineAsync(TestContext.CancellationToken));
            Assert.IsNotNull(lines[^1], string.Join('\n', lines));
        }
        await Signal("TERM", build);
        var rest = await build.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        await build.WaitForExitAsync(TestContext.CancellationToken);

        Assert.AreNotEqual(0, build.ExitCode, rest);
        await folder.AppearsAsync("one.cleaned", TestContext.CancellationToken);
        await folder.AppearsAsync("two.cleaned", TestContext.CancellationToken);
    }

    private static string Project(string name) => $"""
        <Project>
          <UsingTask TaskName="Tasks.Tests.WaitForTheEnd" AssemblyFile="{typeof(Cancelling).Assembly.Location}" />
          <Target Name="Go">
            <WaitForTheEnd ProjectFile="$(MSBuildProjectFullPath)" Cleaned="$(MSBuildThisFileDirectory){name}.cleaned" />
          </Target>
        </Project>
        """;

    private static Process Build(TempFolder folder, string project)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-t:Go", "-nologo", "-tl:off", "-m:2", "-nr:false"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    private async Task Signal(string signal, Process process)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.CancellationToken);
    }
}
