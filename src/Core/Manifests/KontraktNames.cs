using System.Security.Cryptography;
using System.Text;
using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests;

/// <summary>
/// Names kontrakts after their folders, fit to be part of a namespace's name (RFC 1123). A folder that is called just "kontrakt" is named after
/// the one that holds it. Where several would have one name, each gets the name of the folder above in front.
/// </summary>
internal static class KontraktNames
{
    /// <summary>Leaves room in a namespace's 63 characters for a prefix and a run id.</summary>
    private const int MaxLength = 40;

    /// <summary>The names of folders, in their order.</summary>
    /// <exception cref="KontraktException">KTR1025: folders that differ only in what a name cannot hold.</exception>
    public static IReadOnlyList<string> For(IReadOnlyList<string> directories)
    {
        var parts = directories.Select(Parts).ToList();
        var used = parts.Select(_ => 1).ToArray();
        var names = new string[directories.Count];
        while (true)
        {
            for (var index = 0; index < names.Length; index++)
                names[index] = Shorten(string.Join('-', parts[index].TakeLast(used[index])));
            var clashes = names.Index().GroupBy(name => name.Item, name => name.Index).Where(group => group.Count() > 1).ToList();
            if (clashes.Count == 0)
                return names;
            foreach (var clash in clashes)
            {
                if (clash.All(index => used[index] >= parts[index].Count))
                    throw Ktr.KontraktNameTwice.Error(null, clash.Key, directories[clash.First()], directories[clash.Last()]);
                foreach (var index in clash)
                    used[index]++;
            }
        }
    }

    /// <summary>The words of a path that names are made of; the last is the folder's own, or what replaces it.</summary>
    private static List<string> Parts(string directory)
    {
        var words = directory.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Select(Clean).Where(word => word.Length > 0).ToList();
        var own = words.FindLastIndex(word => word is not ("kontrakt" or "kontrakts"));
        return own < 0 ? ["kontrakt"] : words[..(own + 1)];
    }

    private static string Clean(string word)
    {
        var clean = new StringBuilder();
        foreach (var character in word.ToLowerInvariant())
            if (char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))
                clean.Append(character);
            else if (clean.Length > 0 && clean[^1] != '-')
                clean.Append('-');
        return clean.ToString().TrimEnd('-');
    }

    private static string Shorten(string name) => name.Length <= MaxLength
        ? name
        : name[..(MaxLength - 7)].TrimEnd('-') + "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..6];
}
