using System.Globalization;
using Kontrakt.Context.Ignoring;
using Kontrakt.Context.Indexing;
using Kontrakt.Context.Scanning;
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
        ContextScan.Require(request.Directory);
        var index = Index(request, log);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(request, registry, index, log, cancellationToken);
            }
            catch (ContextChangedException changed)
            {
                if (attempt == Attempts)
                    throw Ktr.ContextFileChanges.Error(changed, new(changed.Paths[0]), string.Join(", ", changed.Paths.Select(path => $"'{path}'")), Attempts);
                log.Report(new RunEvent.Progress($"context: {string.Join(", ", changed.Paths)} changed while it was read; reading again"));
            }
        }
    }

    private static async Task<ContextResult> TryAsync(ContextRequest request, RegistryClient registry, (HashIndexFile? File, HashIndex Known) index, IRunLog log, CancellationToken cancellationToken)
    {
        var taken = Task.Run(() => Look(request, index, log, cancellationToken), cancellationToken);
        var image = ContextImage.ReadAsync(request.Tag, registry, cancellationToken);
        var below = ContextBase.ReadAsync(request.Base, registry, cancellationToken);
        await Task.WhenAll(taken, image, below);
        var (now, there, on) = (await taken, await image, await below);
        var plan = ContextPlan.For(now.Manifest, there.On(on), there.Absence, request.MaxLayers, request.Squash);
        var result = new ContextResult(there.Image, now.Manifest.Files, now.Manifest.Live, 0, 0, null, 0);
        if (plan is ContextPlan.Nothing)
        {
            Say(log, $"context: nothing changed in {result.Files} files; {there.Image}");
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
            ? $"context: a fresh image of {result.Files} files, for {why}; {bytes} bytes uploaded; {pushed}"
            : (FormattableString)$"context: {result.Changed} of {now.Manifest.Entries.Count} paths changed, {result.Removed} removed; {bytes} bytes uploaded; {pushed}");
        return result;
    }

    /// <summary>The folder as it is now. What was read is remembered, whatever comes of the push.</summary>
    private static ContextSnapshot Look(ContextRequest request, (HashIndexFile? File, HashIndex Known) index, IRunLog log, CancellationToken cancellationToken)
    {
        var looked = index.File is null ? 0 : ContextProblems.Guard(request.StateDirectory ?? "", index.File.Now);
        var rules = IgnoreFile.Read(request.Directory, request.Dockerfile, request.LeaveOutBuilds);
        var (found, special) = ContextScan.Run(new(request.Directory, request.StateDirectory, request.FollowLinks, rules));
        foreach (var path in special)
            Say(log, $"context: '{path}' is a socket, a pipe or a device, and left out");
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return ContextSnapshot.Take(found, index.Known, looked, cancellationToken);
        }
        finally
        {
            if (index.File is { } file)
                ContextProblems.Guard(request.StateDirectory ?? "", () => { file.Write(index.Known); return true; });
        }
    }

    private static (HashIndexFile? File, HashIndex Known) Index(ContextRequest request, IRunLog log)
    {
        if (request.StateDirectory is null)
            return (null, new());
        var file = new HashIndexFile(request.StateDirectory, request.Directory, request.Time);
        var known = file.Read(out var why);
        if (why is not null)
            log.Report(new RunEvent.Detail($"context: every file is read, for the index of '{request.Directory}' is not used: {why}"));
        return (file, known);
    }

    private static void Say(IRunLog log, FormattableString text) => log.Report(new RunEvent.Progress(text.ToString(CultureInfo.InvariantCulture)));
}
