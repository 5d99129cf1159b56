namespace Kontrakt.Tests.Manifests;

/// <summary>A folder that goes away with the test.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ktr-manifests-").FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The full path of what was written.</summary>
    public string Write(string name, string text = "a: b")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
