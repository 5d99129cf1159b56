using System.Globalization;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Resources;

/// <summary>The resourceVersion of a query.</summary>
internal static class RevisionText
{
    /// <exception cref="StatusException">400: it is no number.</exception>
    public static long Parse(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw StatusException.BadRequest($"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
}
