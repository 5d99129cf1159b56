using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Kontrakt.Manifests.Sources;

/// <summary>What a text of a project's XML may mean.</summary>
internal enum ProjectTextKind { Any, Import, Property, Said }

/// <param name="File">The file that it is in.</param>
/// <param name="Name">The element or attribute.</param>
/// <param name="Kind">Said: versions, and messages; in them an unknown property is not a path.</param>
internal sealed record ProjectText(string File, string Name, string Value, ProjectTextKind Kind)
{
    /// <summary>Of a property: whether it may hold another value.</summary>
    public bool IsConditional { get; init; }
}

/// <summary>All texts of a project's files, comments left out.</summary>
internal sealed partial class ProjectXml
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly List<ProjectText> _texts = [];
    private readonly HashSet<string> _uses = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _outputs = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<ProjectText> Texts => _texts;

    /// <summary>Why a file could not be read; null: all could.</summary>
    public string? Broken { get; private set; }

    /// <summary>Whether any text asks for a property.</summary>
    public bool Uses(string property) => _uses.Contains(property);

    /// <summary>Whether a task sets a property.</summary>
    public bool IsOutput(string property) => _outputs.Contains(property);

    public ILookup<string, ProjectText> Properties => _properties ??= _texts.Where(text => text.Kind == ProjectTextKind.Property).ToLookup(text => text.Name, StringComparer.OrdinalIgnoreCase);
    private ILookup<string, ProjectText>? _properties;

    /// <summary>Reads a file, once; none where it does not exist.</summary>
    public void Read(string file)
    {
        if (!_read.Add(file) || !File.Exists(file))
            return;
        try
        {
            var document = XDocument.Load(file);
            if (document.DocumentType is not null)
                Broken ??= $"{file} has a document type";
            foreach (var element in document.Descendants())
                Read(element, file);
            _properties = null;
        }
        catch (Exception wrong) when (wrong is XmlException || ManifestFaults.IsFileFault(wrong))
        {
            // The build says what is wrong with it. Until then nothing is known of it.
            Broken ??= $"{file} cannot be read: {wrong.Message}";
        }
    }

    private void Read(XElement element, string file)
    {
        var name = element.Name.LocalName;
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
            if (attribute.Name.LocalName == "Condition")
                foreach (var path in Existence().Matches(attribute.Value).Select(match => match.Groups["path"].Value))
                    Add(new(file, "Condition", path, ProjectTextKind.Any));
            else
                Add(new(file, attribute.Name.LocalName, attribute.Value, KindOf(name, attribute.Name.LocalName)));
        if (name == "Output" && element.Attribute("PropertyName")?.Value is { } output)
            _outputs.Add(output);
        var text = string.Concat(element.Nodes().OfType<XText>().Select(part => part.Value));
        var isProperty = element.Parent?.Name.LocalName == "PropertyGroup";
        // An empty one counts: it is a value as well.
        if (isProperty || !string.IsNullOrWhiteSpace(text))
            Add(new(file, name, text, isProperty ? ProjectTextKind.Property : KindOf(name, name))
            {
                IsConditional = element.AncestorsAndSelf().Any(each => each.Attribute("Condition") is not null),
            });
    }

    private void Add(ProjectText text)
    {
        _texts.Add(text);
        _uses.UnionWith(Use().Matches(text.Value).Select(match => match.Groups["name"].Value));
    }

    private static ProjectTextKind KindOf(string element, string name) =>
        element == "Import" && name == "Project" ? ProjectTextKind.Import
        : name.EndsWith("Version", StringComparison.Ordinal) || name == "VersionOverride" || (element is "Message" or "Warning" or "Error" && name == "Text") ? ProjectTextKind.Said
        : ProjectTextKind.Any;

    [GeneratedRegex("""Exists\s*\(\s*(?<quote>['"`]?)(?<path>.*?)\k<quote>\s*\)(?=\s*(and|or|\)|$))""", RegexOptions.IgnoreCase)]
    private static partial Regex Existence();

    [GeneratedRegex(@"\$\((?<name>\w+)")]
    private static partial Regex Use();
}
