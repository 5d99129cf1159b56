using System.IO.Enumeration;
using System.Text;
using System.Text.Unicode;
using Kontrakt.Context.Ignoring;
using Kontrakt.Diagnostics;

namespace Kontrakt.Context.Scanning;

/// <summary>What is looked for and where.</summary>
/// <param name="Root">The context folder, a full path.</param>
/// <param name="StateDirectory">What this program writes itself, which is never part of a context; null for none.</param>
/// <param name="FollowLinks">Whether links that leave the folder become what they lead to.</param>
internal sealed record ScanRequest(string Root, string? StateDirectory, bool FollowLinks, IgnoreRules Rules);

/// <summary>Walks a folder once, on all processors. Contents are not read.</summary>
internal sealed class ContextScan
{
    private const string WhiteoutPrefix = ".wh.";

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly ScanRequest _request;
    private readonly FileStatus? _state;
    private readonly ScanWorkers _workers;

    private readonly List<ScannedPath> _found = [];
    private readonly List<Diagnostic> _problems = [];
    private readonly List<string> _special = [];
    private Outcome _outcome;

    private ContextScan(ScanRequest request, FileStatus? state, ScanWorkers workers) => (_request, _state, _workers) = (request, state, workers);

    /// <summary>A folder that is being walked.</summary>
    /// <param name="Boundary">The folder that links in it must not leave, a full path: the context's, or one that a link was followed to.</param>
    /// <param name="Identity">Tells it from others, so that following links cannot go in a circle.</param>
    private sealed record WalkedFolder(string Path, string Source, string Boundary, string Identity, WalkedFolder? Above, bool[]? Matched)
    {
        /// <summary>Walks of folders in it on other threads.</summary>
        public List<Task<ContextScan>> Elsewhere { get; } = [];
    }

    [Flags]
    private enum Outcome { Empty = 1, Kept = 2, OnlyState = 4 }

    /// <returns>Sorted by path; and the paths of sockets, pipes and devices, which no context can hold.</returns>
    /// <exception cref="KontraktException">All that cannot be read, or cannot be in an image.</exception>
    public static (IReadOnlyList<ScannedPath> Found, IReadOnlyList<string> Special) Run(ScanRequest request)
    {
        var root = Require(request.Root);
        var scan = new ContextScan(request, request.StateDirectory is { } state ? FileStatus.Of(state, follow: true) : null, new(Environment.ProcessorCount));
        scan.Walk(new("", request.Root, request.Root, Identity(root, request.Root), null, null));
        KontraktException.ThrowIfAny([.. scan._problems.OrderBy(problem => problem.Location?.File, StringComparer.Ordinal)]);
        scan._special.Sort(StringComparer.Ordinal);
        scan._found.Sort(ByPath);
        return (scan._found, scan._special);
    }

    /// <summary>Ordinal, as the framework's own is, and that is compiled again for the processor each time a program starts.</summary>
    private static int ByPath(ScannedPath one, ScannedPath other)
    {
        var (path, further) = (one.Path, other.Path);
        var both = Math.Min(path.Length, further.Length);
        for (var at = 0; at < both; at++)
        {
            if (path[at] != further[at])
                return path[at] - further[at];
        }
        return path.Length - further.Length;
    }

    /// <exception cref="KontraktException">It is not a folder.</exception>
    public static FileStatus Require(string root) =>
        ContextProblems.Guard(root, () => FileStatus.Of(root, follow: true)) is { Kind: FileKind.Folder } folder ? folder : throw Ktr.ContextFolderMissing.Error(new(root), root);

    private Outcome Walk(WalkedFolder place)
    {
        var inside = default(Outcome);
        HashSet<string>? replaced = null;
        try
        {
            using var open = new OpenFolder(place.Source);
            foreach (var name in new FileSystemEnumerable<string>(place.Source, (ref FileSystemEntry entry) => entry.FileName.ToString(), Everything))
                // Of two names that .NET shows as one, at least one is not text; which it is cannot be known.
                inside |= name.Contains('\uFFFD', StringComparison.Ordinal) && !(replaced ??= []).Add(name)
                    ? Unusable(Path.Join(place.Source, name), "another name beside it is not UTF-8, and paths in images are") : Visit(place, open, name);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone since its name was read: as good as never there.
        }
        catch (Exception refused) when (ContextProblems.IsRefusal(refused))
        {
            _problems.Add(ContextProblems.Unreadable(place.Source, refused.Message));
        }
        foreach (var elsewhere in place.Elsewhere)
            inside |= TakeOver(elsewhere.GetAwaiter().GetResult());
        return inside.HasFlag(Outcome.Kept) ? Outcome.Kept : inside == Outcome.OnlyState ? inside : Outcome.Empty;
    }

    private Outcome TakeOver(ContextScan other)
    {
        _found.AddRange(other._found);
        _problems.AddRange(other._problems);
        _special.AddRange(other._special);
        return other._outcome;
    }

    private Outcome Visit(WalkedFolder folder, OpenFolder open, string name)
    {
        var path = folder.Path.Length == 0 ? name : string.Concat(folder.Path, "/", name);
        var source = Path.Join(folder.Source, name);
        bool[]? matched = null;
        var leftOut = !_request.Rules.IsEmpty && _request.Rules.LeavesOut(path, folder.Matched, out matched);
        if (leftOut && !_request.Rules.MayTakeBackInBelow(path))
            return Outcome.Empty;
        try
        {
            if (open.StatusOf(name) is not { } status)
                return leftOut || !name.Contains('\uFFFD', StringComparison.Ordinal) ? Outcome.Empty : Unusable(source, "it is not UTF-8, and paths in images are");
            if (!leftOut && name.StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
                return Unusable(source, $"names that begin with {WhiteoutPrefix} say in an image's layer that something is removed");
            if (source == _request.StateDirectory || (status.Inode != 0 && status.Inode == _state?.Inode && status.Device == _state?.Device))
                return Outcome.OnlyState;
            return status.Kind switch
            {
                FileKind.Folder => WalkInto(folder, new(path, source, status, null), folder.Boundary, leftOut, matched),
                _ when leftOut => Outcome.Empty,
                FileKind.Link => VisitLink(folder, path, source, status, matched),
                FileKind.Special => LeaveOut(path),
                _ => Keep(new(path, source, status, null)),
            };
        }
        catch (Exception refused) when (ContextProblems.IsRefusal(refused))
        {
            if (!leftOut)
                _problems.Add(ContextProblems.Unreadable(source, refused.Message));
            return Outcome.Empty;
        }
    }

    /// <summary>On another thread where one is to spare; what comes of it is asked for later then.</summary>
    private Outcome WalkInto(WalkedFolder above, ScannedPath folder, string boundary, bool leftOut, bool[]? matched)
    {
        var place = new WalkedFolder(folder.Path, folder.Source, boundary, Identity(folder.Status, folder.Source), above, matched);
        if (_workers.TryStart(() => new ContextScan(_request, _state, _workers).Walked(place, folder, leftOut)) is not { } elsewhere)
            return WalkAndKeep(place, folder, leftOut);
        above.Elsewhere.Add(elsewhere);
        return default;
    }

    private ContextScan Walked(WalkedFolder place, ScannedPath folder, bool leftOut)
    {
        _outcome = WalkAndKeep(place, folder, leftOut);
        return this;
    }

    private Outcome WalkAndKeep(WalkedFolder place, ScannedPath folder, bool leftOut)
    {
        var outcome = Walk(place);
        // A folder that is left out exists only for what was taken back in.
        return outcome == Outcome.OnlyState || (leftOut && outcome == Outcome.Empty) ? outcome : Keep(folder);
    }

    private Outcome VisitLink(WalkedFolder folder, string path, string source, FileStatus status, bool[]? matched)
    {
        var bytes = RawPath.LinkTarget(source) ?? throw new IOException("it changed while it was looked at");
        if (!Utf8.IsValid(bytes))
            return Unusable(source, "its target is not UTF-8, and paths in images are");
        var target = Encoding.UTF8.GetString(bytes);
        var inside = Path.GetRelativePath(folder.Boundary, folder.Source);
        if (!LinkTargets.Leaves(folder.Boundary, inside == "." ? "" : inside, target))
            return Keep(new(path, source, status, target.Replace(Path.DirectorySeparatorChar, '/')));
        if (!_request.FollowLinks)
            return Wrong(Ktr.ContextLinkLeaves.At(new(source), source, target));
        if (FileStatus.Of(source, follow: true) is not { } end)
            return Wrong(ContextProblems.Unreadable(source, $"it is a link that leads to '{target}', where there is nothing"));
        if (end.Kind == FileKind.Special)
            return LeaveOut(path);
        if (end.Kind != FileKind.Folder)
            return Keep(new(path, source, end, null));
        var real = new FileInfo(source).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? source;
        for (var above = folder; above is not null; above = above.Above)
        {
            if (above.Identity == Identity(end, real))
                return Wrong(ContextProblems.Unreadable(source, $"it is a link that leads to '{target}', a folder that it is in itself"));
        }
        return WalkInto(folder, new(path, real, end, null), real, leftOut: false, matched);
    }

    private Outcome Keep(ScannedPath path)
    {
        _found.Add(path);
        return Outcome.Kept;
    }

    private Outcome LeaveOut(string path)
    {
        _special.Add(path);
        return Outcome.Empty;
    }

    private Outcome Unusable(string source, string why) => Wrong(Ktr.ContextNameUnusable.At(new(source), source, why));

    private Outcome Wrong(Diagnostic problem)
    {
        _problems.Add(problem);
        return Outcome.Empty;
    }

    private static string Identity(FileStatus status, string source) => status.Inode == 0 ? source : FormattableString.Invariant($"{status.Device}:{status.Inode}");
}
