using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>A manifest's text and tree. A process parses it once; all that is asked of it later is asked of this.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Yaml">Its own path is the one that diagnostics name.</param>
/// <param name="Encoding">Turns the text back into the bytes of the file.</param>
public sealed record ManifestFile(string Path, YamlFile Yaml, Encoding Encoding)
{
    /// <param name="shown">The path that diagnostics name.</param>
    /// <exception cref="KontraktException">It cannot be read, or is not YAML.</exception>
    public static ManifestFile Load(string path, string shown)
    {
        try
        {
            var (text, encoding) = YamlText.Load(path);
            return new(path, YamlFile.Parse(shown, text, ManifestRoles.HasExpressions(shown)), encoding);
        }
        catch (YamlSyntaxException fault)
        {
            throw new KontraktException([ManifestFaults.From(fault, shown)], fault);
        }
        catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
        {
            throw new KontraktException([ManifestFaults.From(fault, shown)], fault);
        }
    }

    /// <summary>Writes its text, unless the file has it already.</summary>
    /// <exception cref="KontraktException">It cannot be written.</exception>
    public Task WriteAsync(CancellationToken cancellationToken) => WriteAsync(Path, Encoding.GetBytes(Yaml.Text), cancellationToken);

    /// <summary>Writes a manifest, unless the file has it already. A new file is for its owner alone: it may hold values of Secrets.</summary>
    /// <exception cref="KontraktException">It cannot be written.</exception>
    public static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true } existing && existing.Length == bytes.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
                return;
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? ".");
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using var stream = new FileStream(path, options);
            await stream.WriteAsync(bytes, cancellationToken);
        }
        catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
        {
            throw new KontraktException([ManifestFaults.From(fault, path)], fault);
        }
    }
}
