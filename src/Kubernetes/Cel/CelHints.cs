namespace Kontrakt.Kubernetes.Cel;

/// <summary>What to write instead of a call that cannot be made.</summary>
internal static class CelHints
{
    public static string Unknown(CelCall call)
    {
        var name = call.Function.TrimStart('.');
        var member = call.Function[0] == '.';
        if (CelFunctions.Has(member ? name : "." + name))
            return member ? $"'{name}' is written {name}(x)" : $"'{name}' is written x.{name}({(call.Arguments.Count > 1 ? "…" : "")})";
        var instead = name switch
        {
            "length" or "len" or "count" => "size(self)",
            "starts_with" => "self.startsWith(\"…\")",
            "ends_with" => "self.endsWith(\"…\")",
            "regex_match" or "match" => "self.matches(\"…\")",
            "to_string" => "string(self)",
            "to_number" => "int(self)",
            "any" => "self.exists(x, …)",
            "cardinality" => "size(self)",
            "now" => null,
            _ => CelFunctions.Names.FirstOrDefault(known => string.Equals(known.TrimStart('.'), name, StringComparison.OrdinalIgnoreCase)) is { } near ? near.TrimStart('.') : null,
        };
        return $"there is no function '{name}'" + (instead is null ? "" : $"; write {instead}");
    }

    public static string Unfit(string name, CelCall call, IReadOnlyList<CelFunction> forms, IReadOnlyList<CelType> arguments)
    {
        var shown = name switch { "-x" => "-", "[]" => "[ ]", _ => name };
        if (arguments.Contains(CelType.Quantity) && shown is "<" or "<=" or ">" or ">=")
            return "quantities are compared with a.isGreaterThan(b), a.isLessThan(b) and a.compareTo(b)";
        if (forms.All(form => form.Parameters.Count != arguments.Count))
        {
            var own = call.Function[0] == '.' ? 1 : 0;
            return $"'{shown}' takes {string.Join(" or ", forms.Select(form => form.Parameters.Count - own).Distinct().Order())} arguments, not {arguments.Count - own}";
        }
        return $"'{shown}' does not take {string.Join(" and ", arguments.Select(CelTypes.Describe))}";
    }
}
