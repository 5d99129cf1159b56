using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Oci.Names;

/// <summary>The grammar of references (github.com/distribution/reference, reference.go and normalize.go). Positions in problems count from 1.</summary>
internal static class ReferenceGrammar
{
    private const string DockerHub = "docker.io";
    private const int NameLimit = 255;
    private const int TagLimit = 128;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    internal readonly record struct Parts(string Registry, string Repository, string? Tag, Digest? Digest);

    /// <summary>Null when the text is a reference, else what is wrong with it.</summary>
    public static string? Split(string? text, out Parts parts)
    {
        parts = default;
        if (string.IsNullOrEmpty(text))
            return "it is empty";
        if (OddCharacter(text) is { } odd)
            return odd;
        if (text.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
            return $"it begins with '{text[..(scheme + 3)]}', and a reference has no scheme";

        var at = text.IndexOf('@', StringComparison.Ordinal);
        Digest? digest = null;
        if (at >= 0)
        {
            if (!Digest.TryParse(text[(at + 1)..], out var parsed))
                return $"what follows '@' at character {at + 1} is not a digest (sha256: and 64 lower-case hex digits)";
            digest = parsed;
        }

        var named = at < 0 ? text : text[..at];
        var colon = named.LastIndexOf(':');
        string? tag = null;
        if (colon > named.LastIndexOf('/'))
        {
            tag = named[(colon + 1)..];
            if (TagProblem(tag, colon + 1) is { } problem)
                return problem;
            named = named[..colon];
        }
        return SplitName(named, out var registry, out var repository) is { } wrong ? wrong : Complete(registry, repository, tag, digest, out parts);
    }

    /// <param name="offset">Where the tag begins in the whole text, from 0.</param>
    public static string? TagProblem(string tag, int offset)
    {
        if (tag.Length == 0)
            return $"the tag after ':' at character {offset} is empty";
        if (tag.Length > TagLimit)
            return $"the tag has {tag.Length} characters, and at most {TagLimit} are allowed";
        if (tag[0] is '.' or '-')
            return $"the tag begins with '{tag[0]}' (character {offset + 1})";
        for (var i = 0; i < tag.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(tag[i]) && tag[i] is not ('_' or '.' or '-'))
                return $"the tag holds '{tag[i]}' at character {offset + i + 1}, and only letters, digits, '_', '.' and '-' are allowed";
        }
        return null;
    }

    private static string? OddCharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ')
                return $"it holds a space at character {i + 1}";
            if (text[i] is < '!' or > '~')
                return string.Create(CultureInfo.InvariantCulture, $"it holds the character U+{(int)text[i]:X4} at character {i + 1}");
        }
        return null;
    }

    /// <summary>The first component is a registry when it has a dot or a port, or is localhost (normalize.go, splitDockerDomain).</summary>
    private static string? SplitName(string named, out string registry, out string repository)
    {
        (registry, repository) = (DockerHub, named);
        var slash = named.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : named[..slash];
        if (slash == 0)
            return "it begins with '/'";
        if (first is "." or "..")
            return $"it begins with '{first}/' like a relative path";
        if (slash < 0 || (!first.AsSpan().ContainsAny('.', ':') && first != "localhost"))
            return RepositoryProblem(named, 0);
        registry = first.ToLowerInvariant();
        repository = named[(slash + 1)..];
        return RegistryProblem(first) ?? RepositoryProblem(repository, slash + 1);
    }

    private static string? Complete(string registry, string repository, string? tag, Digest? digest, out Parts parts)
    {
        parts = default;
        if (registry == "index." + DockerHub)
            registry = DockerHub;
        if (registry == DockerHub && !repository.Contains('/', StringComparison.Ordinal))
        {
            if (repository.Length == 64 && !repository.AsSpan().ContainsAnyExcept(LowerHex))
                return "64 hex digits are an image id, not a name";
            repository = "library/" + repository;
        }
        var length = registry.Length + 1 + repository.Length;
        if (length > NameLimit)
            return $"the name has {length} characters with its registry, and at most {NameLimit} are allowed";
        parts = new(registry, repository, tag, digest);
        return null;
    }

    private static string? RegistryProblem(string registry)
    {
        var hostEnd = registry.StartsWith('[') ? registry.IndexOf(']', StringComparison.Ordinal) + 1 : registry.IndexOf(':', StringComparison.Ordinal);
        if (registry.StartsWith('[') && (hostEnd == 0 || !IsIPv6(registry[1..(hostEnd - 1)])))
            return $"the registry '{registry}' is not an IPv6 address in brackets with an optional port";
        var host = hostEnd < 0 ? registry : registry[..hostEnd];
        var port = hostEnd < 0 ? "" : registry[hostEnd..];
        if (port.Length > 0 && !(port[0] == ':' && port.Length <= 6 && ushort.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
            return $"the registry '{registry}' has no valid port (1 to 65535) at character {host.Length + 1}";
        if (host.StartsWith('['))
            return null;
        foreach (var label in host.Split('.'))
        {
            if (label.Length == 0 || label[0] == '-' || label[^1] == '-' || !label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
                return $"the registry '{registry}' is not a host name: its part '{label}' is not letters, digits and inner '-'";
        }
        return null;
    }

    private static bool IsIPv6(string text) =>
        !text.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static string? RepositoryProblem(string repository, int offset)
    {
        foreach (var component in repository.Split('/'))
        {
            if (ComponentProblem(component, offset) is { } problem)
                return problem;
            offset += component.Length + 1;
        }
        return null;
    }

    /// <summary>[a-z0-9]+ joined by one '.', one or two '_', or any number of '-'.</summary>
    private static string? ComponentProblem(string component, int offset)
    {
        if (component.Length == 0)
            return $"the repository has an empty part at character {offset + 1}";
        for (var i = 0; i < component.Length;)
        {
            var c = component[i];
            var place = $"at character {offset + i + 1}";
            if (char.IsAsciiLetterUpper(c))
                return $"the repository must be lower case, and '{c}' is {place}";
            var isSeparator = c is '.' or '_' or '-';
            if (!isSeparator && !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c))
                return $"the repository holds '{c}' {place}, and only a-z, 0-9, '.', '_', '-' and '/' are allowed";
            var end = i + 1;
            while (isSeparator && end < component.Length && component[end] is ('.' or '_' or '-'))
                end++;
            if (isSeparator && (i == 0 || end == component.Length))
                return $"the part '{component}' of the repository begins or ends with a separator {place}";
            if (isSeparator && component[i..end] is not ("." or "_" or "__") && component[i..end].Trim('-').Length > 0)
                return $"'{component[i..end]}' {place} cannot join two words of a repository ('.', '_', '__' and '-' can)";
            i = end;
        }
        return null;
    }
}
