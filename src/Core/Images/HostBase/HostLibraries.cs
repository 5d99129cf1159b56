using Kontrakt.Diagnostics;

namespace Kontrakt.Images.HostBase;

/// <summary>The machine's C library and what else the runtime loads from the system.</summary>
/// <param name="Loader">The loader's path, the same on the machine and in the image.</param>
/// <param name="Folder">The folder of the image's libraries: that of the machine's libc, which its loader searches unasked.</param>
/// <param name="Files">Paths on the machine.</param>
internal sealed record HostLibraries(string Loader, string Folder, IReadOnlyList<string> Files)
{
    /// <summary>Loaded by name when used: name resolution, TLS. Either version of OpenSSL may exist, or none.</summary>
    private static readonly string[] Optional =
        ["libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2", "libssl.so.3", "libcrypto.so.3", "libssl.so.1.1", "libcrypto.so.1.1"];

    /// <exception cref="KontraktException">A C library other than glibc, or a library that is nowhere.</exception>
    public static HostLibraries Find(HostRuntime runtime)
    {
        var program = ElfFile.Read(runtime.Program);
        if (program?.Interpreter is not { } loader)
            throw Ktr.HostBaseImageFailed.Error(null, $"'{runtime.Program}' is not a Linux program of this machine");
        if (Path.GetFileName(loader).StartsWith("ld-musl", StringComparison.Ordinal))
            throw Ktr.HostBaseImageFailed.Error(null, "this machine's C library is musl, and only glibc is supported. Set ContainerBaseImage to an image that your registry has");
        var search = new LibrarySearch(program.Machine, loader);
        // The runtime's own libraries may be packaged apart by a distribution, so all of them are asked what they need.
        var own = runtime.RuntimeFiles().Where(file => file == runtime.Program || file.EndsWith(".so", StringComparison.Ordinal)).ToList();
        foreach (var file in own)
            search.AddNeedsOf(file, own);
        foreach (var name in Optional)
            search.AddIfThere(name);
        var libc = search.Found.TryGetValue("libc.so.6", out var path) ? path : throw Ktr.HostBaseImageFailed.Error(null, "libc.so.6 was not found");
        return new(loader, Path.GetDirectoryName(libc) ?? "/lib", [.. search.Found.Values.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Finds libraries and what they need in turn.</summary>
    private sealed class LibrarySearch(int machine, string loader)
    {
        private readonly string[] _folders = [.. SearchFolders(loader)];

        public Dictionary<string, string> Found { get; } = new(StringComparer.Ordinal);

        public void AddNeedsOf(string file, IReadOnlyCollection<string> known)
        {
            foreach (var name in ElfFile.Read(file)?.Needed ?? [])
            {
                if (name != Path.GetFileName(loader) && !known.Any(path => Path.GetFileName(path) == name) && !AddIfThere(name))
                    throw Ktr.HostBaseImageFailed.Error(null, $"'{name}', which '{file}' needs, is in none of {string.Join(", ", _folders)}");
            }
        }

        public bool AddIfThere(string name)
        {
            if (Found.ContainsKey(name))
                return true;
            var file = _folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(path => File.Exists(path) && ElfFile.Read(path)?.Machine == machine);
            if (file is null)
                return false;
            Found[name] = file;
            AddNeedsOf(file, []);
            return true;
        }

        /// <summary>The folders a glibc loader searches by itself, under the names that distributions give them.</summary>
        private static IEnumerable<string> SearchFolders(string loader)
        {
            var triple = HostRuntime.Architecture == "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
            string[] folders = [$"/lib/{triple}", $"/usr/lib/{triple}", "/lib64", "/usr/lib64", "/lib", "/usr/lib", Path.GetDirectoryName(loader) ?? "/lib"];
            return folders.Distinct().Where(Directory.Exists);
        }
    }
}
