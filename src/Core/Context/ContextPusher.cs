using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Context;

/// <summary>Pushes a folder as a context image: whole the first time, then what changed, and nothing where nothing did.</summary>
public static class ContextPusher
{
    private const int Attempts = 3;

    /// <exception cref="KontraktException">The folder, or something in it, cannot be pushed; nothing was.</exception>
    /// <exception cref="RegistryException">The registry cannot be reached, or refuses.</exception>
    public static async Task<ContextResult> PushAsync(ContextRequest request, RegistryClient registry, IRunLog log, CancellationToken cancellationToken)
    {
        request = request with { Directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Directory)) };
        var folder = new ContextFolder(request, log);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(request, registry, folder, log, cancellationToken);
            }
            catch (ContextChangedException changed)
            {
                if (attempt == Attempts)
                    throw Ktr.ContextFileChanges.Error(changed, new(changed.Paths[0]), string.Join(", ", changed.Paths.Select(path => $"'{path}'")), Attempts);
                log.Report(new RunEvent.Progress($"context: {string.Join(", ", changed.Paths)} changed while it was read; reading again"));
            }
        }
    }

    private static async Task<ContextResult> TryAsync(ContextRequest request, RegistryClient registry, ContextFolder folder, IRunLog log, CancellationToken cancellationToken)
    {
        var taken = folder.LookAsync(cancellationToken);
        var image = ContextImage.ReadAsync(request.Tag, registry, cancellationToken);
        var below = ContextBase.ReadAsync(request.Base, registry, cancellationToken);
        await Task.WhenAll(taken, image, below);
        var (now, there, on) = (await taken, await image, await below);
        var plan = ContextPlan.For(now.Manifest, there.On(on), there.Absence, request.MaxLayers, request.Squash);
        var result = new ContextResult(there.Image, now.Manifest.Files, now.Manifest.Live, 0, 0, null, 0);
        if (plan is ContextPlan.Nothing)
        {
            Say(log, $"context: nothing changed in {CountText.Format(result.Files, "file")}; {there.Image}");
            return result;
        }
        log.Report(new RunEvent.Detail($"context: packing for {request.Tag}"));
        var (pushed, bytes) = await new ContextUpload(request, registry, on).DoAsync(plan, there, now, cancellationToken);
        result = result with { Reference = pushed, BytesUploaded = bytes };
        result = plan switch
        {
            ContextPlan.Delta delta => result with { Changed = delta.Changed, Removed = delta.Removed.Count },
            ContextPlan.Fresh fresh => result with { Changed = now.Manifest.Entries.Count, FreshBecause = fresh.Reason },
            _ => result,
        };
        Say(log, result.FreshBecause is { } why
            ? $"context: a fresh image of {CountText.Format(result.Files, "file")}, for {why}; {bytes} bytes uploaded; {pushed}"
            : (FormattableString)$"context: {result.Changed} of {CountText.Format(now.Manifest.Entries.Count, "path")} changed, {result.Removed} removed; {bytes} bytes uploaded; {pushed}");
        return result;
    }

    private static void Say(IRunLog log, FormattableString text) => log.Report(new RunEvent.Progress(text.ToString(CultureInfo.InvariantCulture)));
}
