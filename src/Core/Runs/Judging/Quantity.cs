using System.Globalization;

namespace Kontrakt.Runs;

/// <summary>Resource quantities (apimachinery, resource.Quantity): a decimal number with a decimal or binary suffix or an exponent.</summary>
internal static class Quantity
{
    private static readonly Dictionary<string, decimal> Suffixes = new(StringComparer.Ordinal)
    {
        ["n"] = 1e-9m,
        ["u"] = 1e-6m,
        ["m"] = 1e-3m,
        [""] = 1m,
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

    public static bool TryParse(string text, out decimal amount)
    {
        amount = 0;
        var digits = text.AsSpan().TrimEnd("numkMGTPEi");
        if (!Suffixes.TryGetValue(text[digits.Length..], out var factor)
            || !decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            || Math.Abs(number) > 1_000_000_000m * (factor < 1000 ? 1_000_000 : 1))
            return false;
        amount = number * factor;
        return true;
    }
}
