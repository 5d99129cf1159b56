using System.CommandLine;
using System.Text;

namespace Kontrakt.Tool.Settings;

/// <summary>An option that mirrors a property of the build.</summary>
/// <param name="Property">The property's name, such as KontraktTimeout or SOURCE_REFERENCE.</param>
internal sealed record SettingOption(string Property, Option<string[]> Option, bool IsFlag)
{
    /// <summary>An option with one value; the last one given counts.</summary>
    public static SettingOption Value(string property, string name, string valueName, string description, params string[] aliases) =>
        new(property, Make(name, valueName, description, property, aliases), IsFlag: false);

    /// <summary>An option that stands alone, or with true or false.</summary>
    public static SettingOption Flag(string property, string name, string description)
    {
        var option = Make(name, "true|false", description, property, []);
        option.Arity = ArgumentArity.ZeroOrOne;
        option.CustomParser = value => [.. value.Tokens.Select(token => token.Value)];
        return new(property, option, IsFlag: true);
    }

    /// <summary>An option that may be given several times.</summary>
    public static SettingOption List(string property, string name, string valueName, string description) =>
        new(property, Make(name, valueName, description + " (repeatable)", property, []), IsFlag: false) { IsList = true };

    public bool IsList { get; private init; }

    /// <summary>KontraktKubeContext is KONTRAKT_KUBE_CONTEXT in the environment; names in capitals are the same there; the kubeconfig has kubectl's.</summary>
    public static string EnvironmentName(string property)
    {
        if (property == "KontraktKubeConfig")
            return "KUBECONFIG";
        if (property == "Configuration")
            return "KONTRAKT_CONFIGURATION";
        if (!property.Any(char.IsLower))
            return property;
        var name = new StringBuilder();
        for (var index = 0; index < property.Length; index++)
        {
            if (index > 0 && char.IsUpper(property[index]) && char.IsLower(property[index - 1]))
                name.Append('_');
            name.Append(char.ToUpperInvariant(property[index]));
        }
        return name.ToString();
    }

    /// <summary>The value on the command line, else in the environment, else null.</summary>
    public string? Read(ParseResult result, Func<string, string?> environment)
    {
        if (result.GetResult(Option) is not { Implicit: false })
            return environment(EnvironmentName(Property)) is { Length: > 0 } value ? value : null;
        var given = result.GetValue(Option) ?? [];
        return IsFlag && given.Length == 0 ? "true" : IsList ? string.Join(';', given) : given.LastOrDefault();
    }

    private static Option<string[]> Make(string name, string valueName, string description, string property, string[] aliases) => new(name, aliases)
    {
        Description = $"{description} [{EnvironmentName(property)}]",
        HelpName = valueName,
        Recursive = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}
