using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Projects;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.HostBase;

/// <summary>Where the host base image goes, and what it is made from.</summary>
public sealed record HostBaseRequest
{
    /// <summary>KO_DOCKER_REPO: the image becomes (this)/dotnet-host:(runtime version).</summary>
    public required string Repository { get; init; }
    /// <summary>The .NET installation to take; null: the one this process runs on.</summary>
    public string? DotnetRoot { get; init; }
    /// <summary>What needs it, for errors.</summary>
    public SourceLocation? Place { get; init; }
    /// <summary>Where it is remembered what was pushed; null: kontrakt/ in XDG_CACHE_HOME or ~/.cache.</summary>
    public string? CacheDirectory { get; init; }
}

/// <summary>
/// A .NET base image from this machine's own runtime and C library, for builds that reach no public registry.
/// Same machine, same bytes: times, owners and order are fixed. Inside: glibc and what the runtime needs, OpenSSL and certificate authorities where
/// the machine has them, the .NET runtime, ASP.NET Core where installed. Not inside: ICU (invariant globalization is set), time zones, a shell.
/// </summary>
public static class HostBaseImage
{
    /// <summary>The image by digest. Nothing is made or uploaded when this machine pushed it before and the registry has it still.</summary>
    /// <exception cref="KontraktException">It cannot be made here, or the registry cannot be reached or refuses it.</exception>
    public static async Task<ImageReference> EnsureAsync(HostBaseRequest request, RegistryClient registry, IRunLog log, CancellationToken cancellationToken)
    {
        var runtime = HostRuntime.Find(request.DotnetRoot);
        var layers = HostBaseLayers.For(runtime, HostLibraries.Find(runtime));
        var name = $"{request.Repository.TrimEnd('/')}/dotnet-host:{runtime.Version}";
        if (!ImageReference.TryParse(name, out var image, out var problem))
            throw Ktr.InvalidRepository.Error(null, request.Repository, problem);
        var cache = request.CacheDirectory ?? DefaultCacheDirectory();
        var inputs = Fingerprint(layers);
        try
        {
            var stamp = await ImageStamp.ReadAsync(cache, image.Name, cancellationToken);
            if (stamp is not null && stamp.Content == inputs && Digest.TryParse(stamp.Digest, out var known)
                && await registry.ResolveAsync(image.WithTag(null).WithDigest(known), cancellationToken) is not null)
                return image.WithDigest(known);
            log.Report(new RunEvent.Progress($"making the host base image {image} from '{runtime.Root}'"));
            var digest = await MakeAsync(image, runtime, layers, registry, cancellationToken);
            new ImageStamp(image.Name, inputs, "", digest.ToString()).Write(cache);
            return image.WithDigest(digest);
        }
        catch (RegistryException error)
        {
            throw new KontraktException([RegistryProblems.Writing(error, image.ToString(), request.Place)], error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Ktr.HostBaseImageFailed.Error(error, null, error.Message);
        }
    }

    private static async Task<Digest> MakeAsync(ImageReference image, HostRuntime runtime, IReadOnlyList<HostBaseLayer> layers, RegistryClient registry, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("kontrakt-base-");
        try
        {
            var written = await Task.WhenAll(layers.Select(async (layer, index) =>
                (layer, await LayerWriter.WriteAsync(layer.Entries, Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{index}.tar.gz")), cancellationToken))));
            var config = HostBaseDocuments.Config(runtime, written);
            var configDescriptor = HostBaseDocuments.ConfigDescriptor(config);
            await Task.WhenAll(written.Select(pair => registry.PushBlobAsync(image, pair.Item2.Descriptor, _ => Task.FromResult<Stream>(File.OpenRead(pair.Item2.Path)), null, cancellationToken))
                .Append(registry.PushBlobAsync(image, configDescriptor, _ => Task.FromResult<Stream>(new MemoryStream(config)), null, cancellationToken)));
            return (await registry.PutManifestAsync(image, HostBaseDocuments.Manifest(configDescriptor, written), cancellationToken)).Digest;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Paths, sizes and times of all that goes in: what a package manager replaces changes at least one of them.</summary>
    private static string Fingerprint(IReadOnlyList<HostBaseLayer> layers)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in layers.SelectMany(layer => layer.Entries))
        {
            var source = entry is LayerEntry.File file ? Described(file.Source) : entry is LayerEntry.Content content ? Convert.ToHexString(content.Bytes.Span) : "";
            whole.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entry.Path}\0{entry.Mode}\0{source}\0")));
        }
        whole.AppendData(typeof(HostBaseImage).Module.ModuleVersionId.ToByteArray());
        return Convert.ToHexStringLower(whole.GetHashAndReset());
    }

    private static string Described(string path)
    {
        var file = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
        return string.Create(CultureInfo.InvariantCulture, $"{file.FullName}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}");
    }

    internal static string DefaultCacheDirectory() =>
        Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathFullyQualified(cache)
            ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "kontrakt");
}
