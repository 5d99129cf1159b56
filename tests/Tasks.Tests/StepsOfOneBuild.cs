using Kontrakt.Tests;
using Kontrakt.Tasks;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Tasks.Tests;

/// <summary>A task continues with what an earlier task of the build knows of the run.</summary>
[TestClass]
public sealed class StepsOfOneBuild : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordingEngine _engine = new();

    public StepsOfOneBuild()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Manifest)!);
        File.WriteAllText(Manifest, "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, labels: {kontrakt: test}}\nspec: {containers: [{name: main, image: registry.example/x:1}]}\n");
    }

    private string Manifest => Path.Combine(_folder.Path, "kontrakt-smoke", "pod.yaml");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ReadManifestsOnce()
    {
        var run = Discover();
        var (length, time) = (new FileInfo(Manifest).Length, File.GetLastWriteTimeUtc(Manifest));
        File.WriteAllText(Manifest, "not: [YAML".PadRight((int)length));
        File.SetLastWriteTimeUtc(Manifest, time);

        Assert.IsTrue(Resolve(run, _engine), "what looks unchanged is not read again: " + _engine);
        Assert.IsFalse(Resolve(run, new()), "another build reads what is there now");
    }

    /// <summary>A target between two steps may write one, and somebody may edit one while images are built.</summary>
    [TestMethod]
    public void ReadManifestsThatChangedAgain()
    {
        var run = Discover();
        File.AppendAllText(Manifest, "not: [YAML");

        Assert.IsFalse(Resolve(run, _engine), _engine.ToString());
    }

    /// <summary>Each project has runs of its own, also where ids would be the same.</summary>
    [TestMethod]
    public void DoNotFindTheRunOfAnotherProject()
    {
        var run = Discover();
        var resolve = With(new ResolveKontrakts { Run = run }, _engine);
        resolve.Settings = [Setting("KontraktDirectory", _folder.Path), Setting("KontraktRunsDirectory", Path.Combine(_folder.Path, "other"))];

        Assert.IsFalse(resolve.Execute(), _engine.ToString());
        Assert.AreEqual("KTR1023", _engine.Errors.Single().Code);
    }

    [TestMethod]
    public void NoticeWhatAnotherProcessDidToTheRecord()
    {
        var run = Discover();
        File.Delete(Path.Combine(_folder.Path, "runs", run, "run.json"));

        Assert.IsFalse(Resolve(run, _engine), _engine.ToString());
        Assert.AreEqual("KTR1023", _engine.Errors.Single().Code);
    }

    private string Discover()
    {
        var discover = With(new DiscoverKontrakts(), _engine);
        Assert.IsTrue(discover.Execute(), _engine.ToString());
        return discover.RunId;
    }

    private bool Resolve(string run, RecordingEngine engine)
    {
        var resolve = With(new ResolveKontrakts { Run = run }, engine);
        return resolve.Execute();
    }

    private T With<T>(T task, RecordingEngine engine) where T : StepTask
    {
        task.BuildEngine = engine;
        task.ProjectFile = Path.Combine(_folder.Path, "x.csproj");
        task.Settings = [Setting("KontraktDirectory", _folder.Path), Setting("KontraktRunsDirectory", Path.Combine(_folder.Path, "runs"))];
        return task;
    }

    private static ITaskItem Setting(string name, string value) => new TaskItem(name, new Dictionary<string, string> { ["Value"] = value });
}
