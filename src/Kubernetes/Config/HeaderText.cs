namespace Kontrakt.Kubernetes.Config;

/// <summary>What may go into a header of a request; the rest no server ever gets to see.</summary>
internal static class HeaderText
{
    /// <summary>A token: printable ASCII without spaces.</summary>
    public static bool IsToken(string text) => text.Length > 0 && text.All(character => character is > ' ' and <= '~');

    /// <summary>A name: printable ASCII.</summary>
    public static bool IsName(string text) => text.All(character => character is >= ' ' and <= '~');
}
