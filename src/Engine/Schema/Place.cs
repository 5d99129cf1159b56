using System.Globalization;
using System.Text;

namespace Kontrakt.Engine.Schema;

/// <summary>A place in an object, as the ways that lead there: fields, keys of maps, and indexes of lists.</summary>
internal sealed class Place
{
    private enum Sort { Field, Key, Index }

    private readonly Place? parent;
    private readonly Sort sort;
    private readonly string name;
    private readonly int index;

    private Place(Place? parent, Sort sort, string name, int index = 0) => (this.parent, this.sort, this.name, this.index) = (parent, sort, name, index);

    /// <summary>The object itself.</summary>
    public static Place Root { get; } = new(null, Sort.Field, "");

    public static Place Of(params ReadOnlySpan<string> fields)
    {
        var place = Root;
        foreach (var field in fields)
            place = place.Field(field);
        return place;
    }

    public Place Field(string field) => new(this, Sort.Field, field);
    public Place Key(string key) => new(this, Sort.Key, key);
    public Place At(int position) => new(this, Sort.Index, "", position);

    /// <summary>spec.containers[0].image, metadata.labels[a.b/c]: what validation writes.</summary>
    public override string ToString() => Write(key => $"[{key}]", withIndexes: true);

    /// <summary>spec.containers[0].image, metadata.labels.a.b/c: what strict decoding writes.</summary>
    public string Dotted => Write(key => "." + key, withIndexes: true);

    /// <summary>spec.containers.image: what the API's JSON decoder writes.</summary>
    public string Fields => Write(key => "." + key, withIndexes: false);

    private string Write(Func<string, string> key, bool withIndexes)
    {
        var text = new StringBuilder();
        Append(this);
        return text.ToString();

        void Append(Place place)
        {
            if (place.parent is null)
                return;
            Append(place.parent);
            if (place.sort == Sort.Field)
                text.Append(text.Length > 0 ? "." : "").Append(place.name);
            else if (place.sort == Sort.Key)
                text.Append(key(place.name));
            else if (withIndexes)
                text.Append('[').Append(place.index.ToString(CultureInfo.InvariantCulture)).Append(']');
        }
    }
}
