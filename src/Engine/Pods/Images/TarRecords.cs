using System.Globalization;
using System.Text;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>The extended records before a header: "LENGTH KEY=VALUE\n" (POSIX.1-2017, "pax Extended Header").</summary>
internal sealed class TarRecords
{
    private const string AttributePrefix = "SCHILY.xattr.";

    private readonly Dictionary<string, string> values = [];
    private readonly Dictionary<string, byte[]> attributes = [];
    private readonly List<TarExtent> extents = [];
    private long? extentOffset;

    public IReadOnlyDictionary<string, byte[]> Attributes => attributes;
    /// <summary>Version 1.0 of GNU's sparse files has them before the file's content.</summary>
    public bool ExtentsInContent => Text("GNU.sparse.major") == "1" && Text("GNU.sparse.minor") == "0";
    public string? Name => Text("GNU.sparse.name") ?? Text("path");
    public string? Link => Text("linkpath");
    public long? RealSize => Number("GNU.sparse.realsize") ?? Number("GNU.sparse.size");

    public IReadOnlyList<TarExtent>? Extents
    {
        get
        {
            if (Text("GNU.sparse.map") is not { } map)
                return extents.Count > 0 ? extents : null;
            var numbers = map.Split(',', StringSplitOptions.RemoveEmptyEntries);
            return numbers.Length % 2 == 0
                ? [.. numbers.Chunk(2).Select(pair => new TarExtent(Parse(pair[0]), Parse(pair[1])))]
                : throw new LayerException("the tar archive is damaged (a sparse file's map is incomplete)");
        }
    }

    public long? Number(string key) => Text(key) is { } text ? Parse(text) : null;

    /// <summary>Seconds and nanoseconds.</summary>
    public (long Seconds, long Nanoseconds)? Modified
    {
        get
        {
            if (Text("mtime") is not { } text)
                return null;
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time) || Math.Abs(time) > 1_000_000_000_000)
                throw new LayerException("the tar archive is damaged (an extended record's time is invalid)");
            var seconds = Math.Floor(time);
            return ((long)seconds, (long)((time - seconds) * 1_000_000_000));
        }
    }

    public void Add(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            var space = records.IndexOf((byte)' ');
            if (space is <= 0 or > 10 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= space + 1 || length > records.Length || records[length - 1] != '\n')
                throw Damaged();
            var record = records[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw Damaged();
            Set(Encoding.Latin1.GetString(record[..equals]), record[(equals + 1)..]);
            records = records[length..];
        }
    }

    private void Set(string key, ReadOnlySpan<byte> value)
    {
        var text = Encoding.Latin1.GetString(value);
        // Version 0.0 of GNU's sparse files repeats two keys, the one case in which order matters.
        if (key == "GNU.sparse.offset")
            extentOffset = Parse(text);
        else if (key == "GNU.sparse.numbytes" && extentOffset is { } offset)
            extents.Add(new(offset, Parse(text)));
        else if (key.StartsWith(AttributePrefix, StringComparison.Ordinal))
            attributes[key[AttributePrefix.Length..]] = value.ToArray();
        else
            values[key] = text;
    }

    private string? Text(string key) => values.TryGetValue(key, out var text) && text.Length > 0 ? text : null;

    private static long Parse(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Damaged();

    private static LayerException Damaged() => new("the tar archive is damaged (an extended record is invalid)");
}
