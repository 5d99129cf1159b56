using System.Collections.Concurrent;

namespace Kontrakt.Engine.Schema.Protobuf;

/// <summary>A type of the schema as a protobuf message: its fields, by the names that JSON has and by number.</summary>
internal sealed class MessageType
{
    private static readonly ConcurrentDictionary<ObjectType, MessageType> Known = new();

    private readonly Dictionary<string, MessageField> byName = new(StringComparer.Ordinal);
    private readonly MessageField?[] byNumber;

    private MessageType(ObjectType type, string message)
    {
        var numbers = FieldNumbers.Of(message);
        byNumber = new MessageField?[numbers.Select(number => number.Number).DefaultIfEmpty().Max() + 1];
        foreach (var number in numbers)
            if (number.Embedded is { } embedded)
                Add(new(number.Number, "", null) { Embedded = new(type, embedded) });
            else if (type.Find(number.Name) is { } field)
                Add(new(number.Number, number.Name, field.Shape) { WrapsLists = number.WrapsLists });
    }

    public static MessageType Of(ObjectType type) => Known.GetOrAdd(type, made => new(made, made.ToString()));

    /// <summary>The fields that JSON has in this object, and protobuf in messages of their own.</summary>
    public List<MessageField> Embedded { get; } = [];

    /// <summary>null for a field that has no number.</summary>
    public MessageField? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>null for a field that is not known.</summary>
    public MessageField? Find(int number) => number < byNumber.Length ? byNumber[number] : null;

    /// <summary>Has a number, here or in what is embedded.</summary>
    public bool Knows(string name) => Find(name) is not null || Embedded.Any(field => field.Embedded is { } inner && inner.Knows(name));

    private void Add(MessageField field)
    {
        byNumber[field.Number] = field;
        if (field.Embedded is null)
            byName.Add(field.Name, field);
        else
            Embedded.Add(field);
    }
}

/// <param name="Name">"" for what is embedded.</param>
/// <param name="Shape">null for what is embedded.</param>
internal sealed record MessageField(int Number, string Name, Shape? Shape)
{
    private MessageType? nested;

    public MessageType? Embedded { get; init; }
    /// <summary>Each list in it is a message, with the list as its field 1.</summary>
    public bool WrapsLists { get; init; }

    /// <param name="type">The one that the field has, or that its elements have.</param>
    public MessageType Nested(ObjectType type) => nested ??= MessageType.Of(type);
}
