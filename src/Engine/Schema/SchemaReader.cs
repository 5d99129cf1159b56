
namespace Kontrakt.Engine.Schema;

/// <summary>Reads *.schema; the first lines of kinds.schema say how they are written.</summary>
internal sealed class SchemaReader
{
    private static readonly Dictionary<string, ShapeKind> Scalars = new(StringComparer.Ordinal)
    {
        ["string"] = ShapeKind.Text,
        ["bytes"] = ShapeKind.Bytes,
        ["bool"] = ShapeKind.Boolean,
        ["int32"] = ShapeKind.Int32,
        ["int64"] = ShapeKind.Int64,
        ["quantity"] = ShapeKind.Quantity,
        ["intstr"] = ShapeKind.IntOrString,
        ["time"] = ShapeKind.Time,
        ["microtime"] = ShapeKind.MicroTime,
        ["duration"] = ShapeKind.Duration,
        ["number"] = ShapeKind.Number,
        ["any"] = ShapeKind.Any,
    };

    private readonly Dictionary<(string Package, string Name), ObjectType> types = [];
    private readonly Dictionary<string, string[]> enumerations = new(StringComparer.Ordinal);
    private readonly List<(ObjectType Type, string[] Words)> fields = [];
    private string package = "";
    private bool isJsonOnly;

    /// <summary>Every type by its name. Of those that share a name, the first by package has it, and the others have that of their package before theirs.</summary>
    /// <param name="files">Each has its packages; a field names a type of its own package or, where that has none, one of another.</param>
    public static IReadOnlyDictionary<string, ObjectType> Read(IEnumerable<Stream> files)
    {
        var reader = new SchemaReader();
        foreach (var file in files)
        {
            using var text = new StreamReader(file);
            ObjectType? type = null;
            while (text.ReadLine() is { } line)
                if (line.Length > 0 && line[0] != '#')
                    type = reader.Line(line, type);
        }
        // Only now is every type known that a field may name.
        var named = new Dictionary<string, ObjectType>(StringComparer.Ordinal);
        foreach (var type in reader.types.Values.OrderBy(type => type.Package, StringComparer.Ordinal))
            if (!named.TryAdd(type.Name, type))
                named.Add($"{type.Package}.{type.Name}", type);
        foreach (var (owner, words) in reader.fields)
            owner.Add(reader.Field(words, name => reader.types.GetValueOrDefault((owner.Package, name)) ?? named[name]));
        return named;
    }

    private ObjectType? Line(string line, ObjectType? type)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (line[0] == ' ')
            fields.Add((type ?? throw new FormatException($"a field outside of a type: {line}"), words));
        else if (words[0] == "package")
            (package, isJsonOnly) = (words[1], words.Contains("json"));
        else if (words[0] == "enum")
            enumerations.Add(words[1], [.. words[2..].Select(value => value == "\"\"" ? "" : value)]);
        else
            types.Add((package, words[1]), type = new(package, words[1], words.Contains("atomic"), Argument(words, "kind"), isJsonOnly));
        return type;
    }

    private SchemaField Field(string[] words, Func<string, ObjectType> find)
    {
        var required = words[0][^1] == '!';
        var optional = words[1][0] == '*';
        var shape = Named(optional ? words[1][1..] : words[1], find);
        var keys = Argument(words, "map");
        var mergeKey = Argument(words, "merge");
        shape = shape with
        {
            Atomic = shape.Kind == ShapeKind.List ? keys is null && !words.Contains("set") : words.Contains("atomic"),
            Keys = keys?.Split(',') ?? [],
            Merges = mergeKey is not null || words.Contains("merge"),
            MergeKey = mergeKey,
            OrBoolean = words.Contains("orBool"),
            RetainsKeys = words.Contains("retainKeys"),
        };
        return new(words[0].TrimEnd('!'), shape, required, optional, Argument(words, "default"));
    }

    private Shape Named(string name, Func<string, ObjectType> find)
    {
        if (name.StartsWith("[]", StringComparison.Ordinal))
            return new(ShapeKind.List) { Element = Named(name[2..], find), Atomic = true };
        if (name.StartsWith("{}", StringComparison.Ordinal))
            return new(ShapeKind.Map) { Element = Named(name[2..], find) };
        if (Scalars.TryGetValue(name, out var scalar))
            return new(scalar);
        if (enumerations.TryGetValue(name, out var values))
            return new(ShapeKind.Text) { Values = values, Enumeration = name };
        return find(name).Shape;
    }

    /// <summary>X of word(X); null where there is no such word.</summary>
    private static string? Argument(string[] words, string word)
    {
        foreach (var candidate in words)
            if (candidate.StartsWith(word, StringComparison.Ordinal) && candidate.Length > word.Length && candidate[word.Length] == '(')
                return candidate[(word.Length + 1)..^1];
        return null;
    }
}
