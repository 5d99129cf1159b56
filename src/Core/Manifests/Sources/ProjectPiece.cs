using System.Buffers;

namespace Kontrakt.Manifests.Sources;

/// <summary>A part of a text that may be a path.</summary>
/// <param name="Path">As it is written, with / between folders.</param>
/// <param name="IsWhole">One of a list of paths; false: a word of one, such as of a command.</param>
internal sealed record ProjectPiece(string Path, bool IsWhole)
{
    /// <summary>In place of what a text does not say: any name, or path, that does not lead up.</summary>
    public const char Unknown = '\0';

    private static readonly char[] Ends = [Unknown, '*', '?'];
    private const string Between = " \t\r\n\"'`=,|<>&();";
    private static readonly SearchValues<char> AnyBetween = SearchValues.Create(Between);

    private readonly int _end = Path.IndexOfAny(Ends);

    /// <summary>The path, or the folder that everything is below that it may mean; empty: it says nothing.</summary>
    public string Start => IsCut ? Path[..(Path.LastIndexOf('/', _end) + 1)] : Path;

    /// <summary>Whether it means many files, or one of many.</summary>
    public bool IsCut => _end >= 0;

    public bool IsRooted => Path.StartsWith('/');

    public bool LeadsUp => HasUp(Path);

    /// <summary>Whether it goes up from a folder that nobody knows.</summary>
    public bool LeavesUnknown => IsCut && HasUp(Path[_end..]);

    /// <summary>The paths of an expanded text, and the words in them. An address is not a path.</summary>
    public static IEnumerable<ProjectPiece> Of(string text)
    {
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var path = (part.Contains('%') ? Uri.UnescapeDataString(part) : part).Replace('\\', '/');
            if (!path.Contains("://", StringComparison.Ordinal))
                yield return new(path, IsWhole: true);
            foreach (var word in !path.AsSpan().ContainsAny(AnyBetween) ? [] : path.Split(Between.ToCharArray(), StringSplitOptions.RemoveEmptyEntries))
                if (!word.Contains("://", StringComparison.Ordinal))
                    yield return new(word, IsWhole: false);
        }
    }

    private static bool HasUp(string path) => Array.IndexOf(path.Split('/'), "..") >= 0;
}
