namespace Kontrakt.Clusters.Embedded;

/// <summary>
/// Where the embedded engine of this user and this version keeps what it needs: the handshake file while it runs, images, its log. Another
/// version has a folder of its own, so that two never meet.
/// </summary>
public sealed record EngineFolder(string Path)
{
    /// <summary>A kubeconfig, readable by its owner only: where the engine listens, and the token it takes.</summary>
    public string Handshake => System.IO.Path.Combine(Path, "kubeconfig");
    /// <summary>Held while an engine is being started.</summary>
    public string StartLock => System.IO.Path.Combine(Path, "start.lock");
    public string Log => System.IO.Path.Combine(Path, "engine.log");

    /// <param name="given">KontraktEngineDirectory; null for this user's data folder (XDG Base Directory Specification).</param>
    /// <exception cref="Diagnostics.KontraktException">Neither exists.</exception>
    public static EngineFolder Find(string? given)
    {
        if (given is not null)
            return new(given);
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (data.Length == 0)
            throw Diagnostics.Ktr.EngineFailed.Error(null, "this user has no home directory to keep images in; set KontraktEngineDirectory");
        return new(System.IO.Path.Combine(data, "kontrakt", "engine", Version));
    }

    /// <summary>The version of Kontrakt; the engine's is the same, as it comes with it.</summary>
    public static string Version { get; } = typeof(EngineFolder).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Makes it, for its owner only, where it does not exist.</summary>
    /// <exception cref="Diagnostics.KontraktException">It is, and others could put their own handshake into it.</exception>
    public void Create()
    {
        var isNew = !Directory.Exists(Path);
        var made = OperatingSystem.IsWindows() ? Directory.CreateDirectory(Path)
            : Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // One in a work tree is not a source.
        if (isNew)
            Diagnostics.StateFolder.Make(Path, sources: "");
        if (!OperatingSystem.IsWindows() && made.UnixFileMode.HasFlag(UnixFileMode.OtherWrite))
            throw Diagnostics.Ktr.EngineFailed.Error(null, $"every user of this machine may write to '{Path}'; set KontraktEngineDirectory to a folder of your own");
    }
}
