using System.Globalization;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>Kubernetes' quantities: "100m", "1.5Gi", "2e3".</summary>
internal static class ResourceQuantity
{
    private static readonly Dictionary<string, decimal> Suffixes = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["n"] = 0.000000001m,
        ["u"] = 0.000001m,
        ["m"] = 0.001m,
        ["k"] = 1e3m,
        ["M"] = 1e6m,
        ["G"] = 1e9m,
        ["T"] = 1e12m,
        ["P"] = 1e15m,
        ["E"] = 1e18m,
        ["Ki"] = 1L << 10,
        ["Mi"] = 1L << 20,
        ["Gi"] = 1L << 30,
        ["Ti"] = 1L << 40,
        ["Pi"] = 1L << 50,
        ["Ei"] = 1L << 60,
    };

    /// <returns>null where it is none.</returns>
    public static decimal? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var suffix = text.AsSpan().TrimStart("+-0123456789.");
        // "2e3", but not "2E" (exa).
        if (suffix.Length > 1 && suffix[0] is 'e' or 'E')
            return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var scientific) ? scientific : null;
        return Suffixes.TryGetValue(suffix.ToString(), out var factor)
            && decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? Scaled(number, factor)
            : null;
    }

    /// <summary>What is too large for any machine is as good as the largest number.</summary>
    private static decimal Scaled(decimal number, decimal factor) =>
        factor > 1 && Math.Abs(number) > decimal.MaxValue / factor ? (number < 0 ? decimal.MinValue : decimal.MaxValue) : number * factor;
}
