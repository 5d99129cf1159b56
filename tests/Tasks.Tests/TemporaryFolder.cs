namespace Tasks.Tests;

/// <summary>A folder that goes with its test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kontrakt-tasks-").FullName;

    public string At(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a file, and gives its full path.</summary>
    public string Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(relative))!);
        File.WriteAllText(At(relative), text);
        return At(relative);
    }

    /// <summary>Waits for a file that another process writes.</summary>
    public async Task Appears(string relative, CancellationToken cancellationToken)
    {
        while (!File.Exists(At(relative)))
            await Task.Delay(50, cancellationToken);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
