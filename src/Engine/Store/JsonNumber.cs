using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Store;

/// <summary>Numbers that, like parsed ones, read as any number type.</summary>
internal static class JsonNumber
{
    private static readonly ConcurrentDictionary<long, JsonElement> Small = new();

    public static JsonValue Of(long number) =>
        JsonValue.Create(number is > -100 and < 1000 ? Small.GetOrAdd(number, Parse) : Parse(number)) ?? throw new UnreachableException();

    private static JsonElement Parse(long number)
    {
        using var document = JsonDocument.Parse(number.ToString(CultureInfo.InvariantCulture));
        return document.RootElement.Clone();
    }
}
