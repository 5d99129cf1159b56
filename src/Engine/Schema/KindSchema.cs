using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Schema;

/// <summary>What the objects of a kind look like: of one that is built in, or of a custom one.</summary>
internal abstract class KindSchema
{
    /// <summary>By which two objects are compared and merged.</summary>
    public abstract Shape Shape { get; }

    /// <summary>There are protobuf messages of it, too.</summary>
    public abstract bool HasMessages { get; }

    /// <summary>There are patches that know how its lists are merged.</summary>
    public abstract bool HasStrategicMerge { get; }

    /// <summary>Makes of any JSON an object of the kind; what the kind does not have is dropped and reported.</summary>
    /// <param name="duplicates">Where fields were given twice.</param>
    public abstract JsonObject Read(JsonObject value, DecodingFaults faults, IReadOnlyList<Place> duplicates);
}

/// <summary>Of a kind whose fields are in a *.schema.</summary>
internal class TypedSchema(ObjectType type) : KindSchema
{
    public override Shape Shape => type.Shape;

    public override bool HasMessages => !type.IsJsonOnly;

    public override bool HasStrategicMerge => true;

    public override JsonObject Read(JsonObject value, DecodingFaults faults, IReadOnlyList<Place> duplicates) => new ShapeReader(faults, duplicates).Object(value, Shape, Place.Root);
}
