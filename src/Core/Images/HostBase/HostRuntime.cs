using System.Globalization;
using System.Runtime.InteropServices;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.HostBase;

/// <summary>The .NET of this machine that goes into the image: the runtime this process runs on, and the newest ASP.NET Core of the same major version.</summary>
/// <param name="Root">The folder with dotnet, host/ and shared/.</param>
/// <param name="Version">Of Microsoft.NETCore.App, such as 10.0.12.</param>
/// <param name="AspNetVersion">Null where ASP.NET Core is not installed.</param>
/// <param name="HostVersion">Of host/fxr: the newest, which is what dotnet itself takes.</param>
internal sealed record HostRuntime(string Root, string Version, string? AspNetVersion, string HostVersion)
{
    /// <summary>For LTTng, whose libraries few machines have; the runtime does without it.</summary>
    private const string TraceProvider = "libcoreclrtraceptprovider.so";

    private static readonly string[] RootFiles = ["dotnet", "LICENSE.txt", "ThirdPartyNotices.txt"];

    public string Runtime => Path.Combine(Root, "shared", "Microsoft.NETCore.App", Version);
    public string? AspNet => AspNetVersion is null ? null : Path.Combine(Root, "shared", "Microsoft.AspNetCore.App", AspNetVersion);
    public string Host => Path.Combine(Root, "host", "fxr", HostVersion);
    public string Program => Path.Combine(Root, "dotnet");

    /// <summary>"amd64" or "arm64", as images call it.</summary>
    public static string Architecture => RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    /// <param name="root">Null: the one this process runs on.</param>
    /// <exception cref="KontraktException">Not Linux, another processor, or no such installation.</exception>
    public static HostRuntime Find(string? root)
    {
        if (!OperatingSystem.IsLinux())
            throw Ktr.HostBaseImageFailed.Error(null, "only Linux has the C library that a Linux container needs. Set ContainerBaseImage to an image that your registry has");
        if (RuntimeInformation.ProcessArchitecture is not (System.Runtime.InteropServices.Architecture.X64 or System.Runtime.InteropServices.Architecture.Arm64))
            throw Ktr.HostBaseImageFailed.Error(null, $"the processor {RuntimeInformation.ProcessArchitecture} is neither x64 nor arm64");
        root ??= RunningRoot();
        var runtimes = Versions(Path.Combine(root, "shared", "Microsoft.NETCore.App"));
        var version = runtimes.Find(name => name == Environment.Version.ToString()) ?? runtimes.LastOrDefault();
        var host = Versions(Path.Combine(root, "host", "fxr")).LastOrDefault();
        if (version is null || host is null || !File.Exists(Path.Combine(root, "dotnet")))
            throw Ktr.HostBaseImageFailed.Error(null, $"'{root}' holds no .NET runtime (dotnet, host/fxr, shared/Microsoft.NETCore.App). Set DOTNET_ROOT to the installation to take");
        var aspNet = Versions(Path.Combine(root, "shared", "Microsoft.AspNetCore.App")).FindLast(name => name.Split('.')[0] == version.Split('.')[0]);
        return new(root, version, aspNet, host);
    }

    /// <summary>The files of the runtime itself: the program, its host, the shared framework, the licences.</summary>
    public IEnumerable<string> RuntimeFiles() =>
        RootFiles.Select(name => Path.Combine(Root, name)).Where(File.Exists)
            .Concat(Files(Host)).Concat(Files(Runtime).Where(file => Path.GetFileName(file) != TraceProvider));

    public IEnumerable<string> AspNetFiles() => AspNet is null ? [] : Files(AspNet);

    /// <summary>The path of one of these files in the image.</summary>
    public string InImage(string file) => "usr/share/dotnet/" + Path.GetRelativePath(Root, file);

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>(root)/shared/Microsoft.NETCore.App/(version)/System.Private.CoreLib.dll</summary>
    private static string RunningRoot() =>
        Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(typeof(object).Assembly.Location)))) is { Length: > 0 } root
            ? root
            : throw Ktr.HostBaseImageFailed.Error(null, "this program carries its own runtime, so the machine's is not known. Set DOTNET_ROOT");

    /// <summary>Names of version folders, oldest first; a preview takes precedence over its release.</summary>
    private static List<string> Versions(string folder) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).OrderBy(Key).ThenBy(name => !name.Contains('-')).ThenBy(name => name, StringComparer.Ordinal)];

    private static Version Key(string name) => System.Version.TryParse(string.Create(CultureInfo.InvariantCulture, $"{name.Split('-')[0]}"), out var version) ? version : new();
}
