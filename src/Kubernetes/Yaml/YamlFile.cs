namespace Kontrakt.Kubernetes.Yaml;

/// <summary>A parsed file: its exact text (with a byte order mark as its first character, where it has one) and its documents (empty ones left out).</summary>
public sealed record YamlFile(string Path, string Text, IReadOnlyList<YamlNode> Documents)
{
    /// <summary>Characters of the longest text that is read.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    /// <summary>Levels of mappings and sequences inside each other.</summary>
    public const int MaxDepth = 200;

    /// <summary>Nodes and characters that one document may come to when its aliases are written out.</summary>
    public const long MaxExpansion = 16 * 1024 * 1024;

    /// <summary>Every scalar of the text, keys included, in the order it is written in; those that a merge overrides too.</summary>
    public IReadOnlyList<YamlScalar> Scalars { get; init; } = [];

    /// <summary>Parses YAML or JSON. Throws <see cref="YamlSyntaxException"/>.</summary>
    /// <param name="path">What exceptions name.</param>
    /// <param name="expressions">Whether values may be expressions, tagged !cel; elsewhere the tag is refused.</param>
    public static YamlFile Parse(string path, string text, bool expressions = false)
    {
        if (text.Length > MaxLength)
            throw new YamlSyntaxException(path, new(0, 1, 1), YamlFault.TooLarge, $"it has {text.Length:N0} characters; {MaxLength:N0} are allowed");
        YamlText.Check(path, text);
        return new YamlReader(path, text, expressions).Read();
    }

    /// <summary>Reads and parses a file. Throws <see cref="YamlSyntaxException"/> and what file access throws.</summary>
    public static YamlFile Load(string path, bool expressions = false) => Parse(path, YamlText.Load(path).Text, expressions);
}
