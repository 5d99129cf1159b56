using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Context.Scanning;

/// <summary>A folder that is asked about by names in it: shorter for the system to follow than whole paths.</summary>
internal sealed class OpenFolder : IDisposable
{
    private readonly string _path;
    private readonly int _descriptor;
    private readonly SafeFileHandle _handle;

    public OpenFolder(string path)
    {
        (_path, _descriptor) = (path, OperatingSystem.IsLinux() ? StatxCall.Open(path) : -1);
        _handle = new(_descriptor, ownsHandle: true);
    }

    /// <summary>What <see cref="FileStatus.Of"/> says of that path.</summary>
    public FileStatus? StatusOf(string name) => _descriptor >= 0 ? StatxCall.Read(_descriptor, name, follow: false) : FileStatus.Of(Path.Join(_path, name));

    public void Dispose() => _handle.Dispose();
}
