namespace Kontrakt.Kubernetes.Yaml;

/// <summary>What is wrong with a text: not YAML, a key given twice, more than the limits allow, or a tag nobody knows.</summary>
public enum YamlFault { Syntax, DuplicateKey, TooLarge, UnknownTag }

/// <summary>Text that is not acceptable YAML, with its place.</summary>
public sealed class YamlSyntaxException(string path, YamlMark mark, YamlFault fault, string message) : Exception(message)
{
    public string Path { get; } = path;
    public YamlMark Mark { get; } = mark;
    public YamlFault Fault { get; } = fault;

    /// <summary>With <see cref="YamlFault.DuplicateKey"/>: the key.</summary>
    public string? Key { get; init; }

    /// <summary>With <see cref="YamlFault.DuplicateKey"/>: the line, from 1, where the key is first; otherwise 0.</summary>
    public int FirstLine { get; init; }
}
