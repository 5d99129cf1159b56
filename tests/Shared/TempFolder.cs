namespace Kontrakt.Tests;

/// <summary>A folder that goes away with the test. Its name is not one of a kontrakt.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ktr-test-").FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The full path of what was written.</summary>
    public string Write(string name, string text = "a: b")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name)) ?? Path);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    /// <summary>Waits for a file that another process writes.</summary>
    public async Task AppearsAsync(string name, CancellationToken cancellationToken)
    {
        using var watcher = new FileSystemWatcher(Path) { IncludeSubdirectories = true, EnableRaisingEvents = true };
        var changed = new SemaphoreSlim(1);
        watcher.Created += (_, _) => changed.Release();
        watcher.Renamed += (_, _) => changed.Release();
        do
            await changed.WaitAsync(cancellationToken);
        while (!File.Exists(At(name)));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
