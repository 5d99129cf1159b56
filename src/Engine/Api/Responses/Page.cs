using System.Globalization;
using System.Text.Json;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>One page of a list.</summary>
/// <param name="Continue">Asks for the next page; "" for none.</param>
/// <param name="Remaining">How many come after this page, where that is known.</param>
internal sealed record Page(IReadOnlyList<StoredObject> Items, long Revision, string Continue = "", long? Remaining = null)
{
    public void WriteMetadata(Utf8JsonWriter writer)
    {
        writer.WriteString("resourceVersion", Revision.ToString(CultureInfo.InvariantCulture));
        if (Continue.Length > 0)
            writer.WriteString("continue", Continue);
        if (Remaining is { } remaining)
            writer.WriteNumber("remainingItemCount", remaining);
    }
}
