using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Images;
using Kontrakt.Manifests;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>
/// What later steps of a pipeline read of the pushed targets, as files: Tekton's results, a step's output on GitHub, and the image index that
/// build-contract writes.
/// </summary>
internal sealed class PipelineResults(KontraktSettings settings, IRunLog log)
{
    /// <summary>Where Tekton takes results from (docs, "Tasks", "Emitting results"), and the bytes that all results of a task may have together, with what Tekton adds.</summary>
    private const string TektonResults = "/tekton/results";
    private const int TektonLimit = 3072;

    /// <summary>Where build-contract writes; only where a pipeline made that folder.</summary>
    private const string BuildContractOutput = "/workspace/output";

    private readonly WrittenFiles _written = new(settings.RunsDirectory, settings.Directory);

    /// <param name="references">What was pushed: name:tag@digest.</param>
    /// <exception cref="KontraktException">A file cannot be written (KTR1020): who reads it would continue with an old one or none.</exception>
    public async Task WriteAsync(IReadOnlyList<ImageReference> references, RegistryClient registry, CancellationToken cancellationToken)
    {
        if (references.Count == 0)
        {
            WriteNone();
            return;
        }
        var images = references.Distinct().ToList();
        if ((settings.Results ?? Existing(TektonResults)) is { } results)
            WriteResults(results, images);
        if (settings.StepOutput is { } output)
            Try(output, () => File.AppendAllText(output, StepOutput(images)));
        if ((settings.ImageOutput ?? Existing(BuildContractOutput)) is { } folder)
            await WriteIndexesAsync(folder, images, registry, cancellationToken);
    }

    /// <summary>
    /// What a run without targets tells. Tekton's results are empty, not absent: what an earlier run wrote there is not this one's, and Tekton
    /// fails a pipeline that has a result of a task which wrote none (its reconciler: "the referenced results don't exist").
    /// </summary>
    /// <exception cref="KontraktException">KTR1020.</exception>
    public void WriteNone()
    {
        if ((settings.Results ?? Existing(TektonResults)) is { } results)
            WriteResults(results, []);
    }

    /// <summary>IMAGE_URL and IMAGE_DIGEST of the first, and IMAGES with all: the names that Tekton Chains knows ("type hinting"). No line end: it would be part of the value.</summary>
    private void WriteResults(string folder, List<ImageReference> images)
    {
        Write(Path.Combine(folder, "IMAGE_URL"), images is [var first, ..] ? Url(first) : "");
        Write(Path.Combine(folder, "IMAGE_DIGEST"), images is [{ Digest: { } digest }, ..] ? digest.ToString() : "");
        var all = string.Join('\n', images.Select(image => image.WithTag(null).ToString()));
        var tooLong = settings.Results is null && Encoding.UTF8.GetByteCount(all) > TektonLimit;
        if (tooLong)
            log.Report(new RunEvent.Reported(TooLong(Path.Combine(folder, "IMAGES"), images.Count)));
        Write(Path.Combine(folder, "IMAGES"), tooLong ? "" : all);
    }

    private static Diagnostic TooLong(string path, int count)
    {
        var why = $"{count} images are more than Tekton's 4096 bytes of results hold, and it would fail the task; set KontraktResults to a folder of a workspace";
        return Ktr.ReportNotWritten.At(null, path, why) with { Severity = Severity.Warning };
    }

    private static string StepOutput(List<ImageReference> images) =>
        $"image-url={Url(images[0])}\nimage-digest={images[0].Digest}\nimages<<KONTRAKT_IMAGES\n{string.Join('\n', images.Select(image => image.WithTag(null).ToString()))}\nKONTRAKT_IMAGES\n";

    /// <summary>One index.json for each image, in a folder that is named after it, as an OCI image layout has it.</summary>
    private async Task WriteIndexesAsync(string folder, List<ImageReference> images, RegistryClient registry, CancellationToken cancellationToken)
    {
        foreach (var image in images)
        {
            var manifest = await RegistryProblems.ReadingAsync(image.ToString(), null, () => registry.ResolveAsync(image, cancellationToken))
                ?? throw Ktr.ImageMissing.Error(null, image, $"'{image.Registry}' no longer has it");
            var target = image.Repository.Split('/')[^1];
            var index = new JsonObject
            {
                ["schemaVersion"] = 2,
                ["manifests"] = new JsonArray(new JsonObject
                {
                    ["mediaType"] = manifest.MediaType,
                    ["size"] = manifest.Size,
                    ["digest"] = manifest.Digest.ToString(),
                    ["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = Url(image), ["com.yolean.build-target.name"] = target },
                }),
            };
            Write(Path.Combine(folder, target, "index.json"), index.ToJsonString(JsonSerializerOptions.Default));
        }
    }

    private static string Url(ImageReference image) => image.WithDigest(null).ToString();

    private static string? Existing(string folder) => Directory.Exists(folder) ? folder : null;

    private void Write(string path, string text) => Try(path, () =>
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _written.Note(path, bytes, log);
        File.WriteAllBytes(path, bytes);
    });

    private static void Try(string path, Action write)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? path);
            write();
        }
        catch (Exception refused) when (ManifestFaults.IsFileFault(refused))
        {
            throw new KontraktException([Ktr.FileUnreadable.At(null, path, refused.Message.TrimEnd('.'))], refused);
        }
    }
}
