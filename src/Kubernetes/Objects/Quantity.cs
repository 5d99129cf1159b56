using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Kontrakt.Kubernetes.Objects;

/// <summary>An amount as Kubernetes writes it: 500m, 1.5, 128Mi, 1e3. Exact down to 10⁻⁹; what is finer is rounded up.</summary>
public readonly partial struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    /// <summary>The API's own words for a text that is not a quantity.</summary>
    public const string Fault = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private const int LongestText = 64;
    private const int LargestExponent = 30;
    private const string DecimalSuffixes = "numkMGTPE";
    private static readonly BigInteger Nano = BigInteger.Pow(10, 9);
    private static readonly BigInteger Largest = BigInteger.Pow(10, 24);

    private enum Notation { Decimal, Exponent, Binary }

    private readonly BigInteger nanos;
    private readonly Notation notation;

    private Quantity(BigInteger nanos, Notation notation) => (this.nanos, this.notation) = (nanos, notation);

    /// <summary>In units, for calculations. What is too large for any machine is a number that can still be added to others.</summary>
    public decimal Amount => (decimal)BigInteger.Min(BigInteger.Max(nanos / Nano, -Largest), Largest) + (decimal)(nanos % Nano) / (decimal)Nano;

    public int Sign => nanos.Sign;

    /// <returns>null where the text is not an amount.</returns>
    public static Quantity? Read(string? text) => TryParse(text, out var quantity) ? quantity : null;

    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        if (text is null || text.Length > LongestText || Written().Match(text) is not { Success: true } parts)
            return false;
        var (whole, fraction) = (parts.Groups["whole"].Value, parts.Groups["fraction"].Value);
        if (whole.Length + fraction.Length == 0 || Scale(parts.Groups["suffix"].Value) is not { } scale)
            return false;
        var number = BigInteger.Parse("0" + whole + fraction, NumberStyles.None, CultureInfo.InvariantCulture) * scale.Factor * Nano;
        var amount = Ceiling(number, BigInteger.Pow(10, fraction.Length) * scale.Divisor);
        quantity = new(parts.Groups["sign"].Value == "-" ? -amount : amount, scale.Notation);
        return true;
    }

    private static (BigInteger Factor, BigInteger Divisor, Notation Notation)? Scale(string suffix)
    {
        if (suffix.Length == 0)
            return (1, 1, Notation.Decimal);
        if (suffix is [var unit, 'i'])
            return "KMGTPE".IndexOf(unit, StringComparison.Ordinal) is var power and >= 0 ? (BigInteger.Pow(1024, power + 1), 1, Notation.Binary) : null;
        if (suffix.Length == 1)
            return DecimalSuffixes.IndexOf(suffix[0], StringComparison.Ordinal) switch
            {
                < 0 => null,
                < 3 and var small => (1, BigInteger.Pow(1000, 3 - small), Notation.Decimal),
                var large => (BigInteger.Pow(1000, large - 2), 1, Notation.Decimal),
            };
        if (suffix[0] is not ('e' or 'E') || !int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) || Math.Abs(exponent) > LargestExponent)
            return null;
        return exponent < 0 ? (1, BigInteger.Pow(10, -exponent), Notation.Exponent) : (BigInteger.Pow(10, exponent), 1, Notation.Exponent);
    }

    /// <summary>The one way to write this amount: no fraction, the largest suffix.</summary>
    public override string ToString()
    {
        var units = Ceiling(nanos, Nano);
        if (notation == Notation.Binary && BigInteger.Abs(nanos) >= 1024 * Nano)
        {
            var power = 0;
            for (; power < 6 && units % 1024 == 0; power++)
                units /= 1024;
            return units.ToString(CultureInfo.InvariantCulture) + (power == 0 ? "" : "KMGTPE"[power - 1] + "i");
        }
        if (nanos.IsZero)
            return "0";
        var (amount, thousands) = (nanos, -3);
        for (; thousands < 6 && amount % 1000 == 0; thousands++)
            amount /= 1000;
        var suffix = thousands == 0 ? ""
            : notation == Notation.Exponent ? "e" + (3 * thousands).ToString(CultureInfo.InvariantCulture)
            : DecimalSuffixes[thousands < 0 ? thousands + 3 : thousands + 2].ToString();
        return amount.ToString(CultureInfo.InvariantCulture) + suffix;
    }

    public bool Equals(Quantity other) => nanos == other.nanos;
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);
    public override int GetHashCode() => nanos.GetHashCode();
    public int CompareTo(Quantity other) => nanos.CompareTo(other.nanos);
    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);
    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);
    public static bool operator <(Quantity left, Quantity right) => left.CompareTo(right) < 0;
    public static bool operator >(Quantity left, Quantity right) => left.CompareTo(right) > 0;
    public static bool operator <=(Quantity left, Quantity right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Quantity left, Quantity right) => left.CompareTo(right) >= 0;

    public static Quantity operator +(Quantity left, Quantity right) => new(left.nanos + right.nanos, left.NotationWith(right));
    public static Quantity operator -(Quantity left, Quantity right) => new(left.nanos - right.nanos, left.NotationWith(right));

    /// <summary>Nothing has no notation of its own.</summary>
    private Notation NotationWith(Quantity other) => nanos.IsZero ? other.notation : notation;

    private static BigInteger Ceiling(BigInteger number, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(number, divisor, out var rest);
        return rest.Sign > 0 ? quotient + 1 : quotient;
    }

    [GeneratedRegex(@"^(?<sign>[+-]?)(?<whole>[0-9]*)(?:\.(?<fraction>[0-9]*))?(?<suffix>[A-Za-z]{0,2}|[eE][+-]?[0-9]{1,3})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Written();
}
