using System.Text.RegularExpressions;

namespace Kontrakt.Oci.Names;

/// <summary>User and password before the '@' of an address: where somebody wrote them, no message repeats them.</summary>
public static partial class AddressUser
{
    private const string Hidden = "***@";

    /// <summary>A text of any kind, in which addresses may be.</summary>
    public static string Hide(string text) => text.Contains('@') ? InText().Replace(text, Hidden) : text;

    /// <summary>A text that is to be one address, with or without a scheme, whatever else is wrong with it. A digest is not a host.</summary>
    public static string HideIn(string address)
    {
        var at = address.LastIndexOf('@');
        if (at < 0 || Digest().IsMatch(address[(at + 1)..]))
            return Hide(address);
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        return (scheme < 0 || scheme > at ? "" : address[..(scheme + 3)]) + Hidden + address[(at + 1)..];
    }

    /// <summary>"scheme://user:password@", "scheme://token@" (except ssh's "git@"), "user:password@" of a host; not "name:tag@sha256:".</summary>
    [GeneratedRegex(@"(?<=(?<!ssh|git)://)[^\s/?#'""<>]+@|(?<=://)[^\s/?#'""<>:]*:[^\s/?#'""<>]*@|(?<![\w./:%-])[\w.%+-]+:[^\s/\\?#'""<>@:]+@(?=[\w.-])(?!sha\d+:)")]
    private static partial Regex InText();

    [GeneratedRegex(@"\Asha\d+:")]
    private static partial Regex Digest();
}
