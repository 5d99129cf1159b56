using System.CommandLine;
using Kontrakt.Reports;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Settings;

/// <summary>How who types a command knows a setting: by the option or variable that it was given with, else as the project has it, else by its option.</summary>
internal static class GivenNames
{
    /// <summary>What is a property or a target of builds only, as the command has it.</summary>
    private static readonly Dictionary<string, string> OfBuilds = new(StringComparer.Ordinal)
    {
        ["KontraktRun"] = "--run",
        ["KontraktContextDirectory"] = "--directory",
        ["KontraktContextTag"] = "--tag",
        ["KontraktBuild"] = "'kontrakt build'",
        ["KontraktApply"] = "'kontrakt apply'",
        ["KontraktWait"] = "'kontrakt wait'",
        ["KontraktDelete"] = "'kontrakt delete'",
    };

    /// <param name="project">The properties that the project has set.</param>
    public static SettingNames Of(ParseResult result, Func<string, string?> environment, IReadOnlySet<string> project)
    {
        var names = Setting.All.ToDictionary(setting => setting.Name, setting => new Lazy<string?>(() => Name(setting)), StringComparer.Ordinal);
        return new((property, value) => OfBuilds.GetValueOrDefault(property) ?? (names.GetValueOrDefault(property)?.Value is { } name ? With(name, value) : null));

        string? Name(Setting setting)
        {
            // The variable is the property's own name, and stays where nothing else was typed.
            var isVariable = setting.Variable == setting.Name;
            if (SettingOptions.IsOnCommandLine(setting, result))
                return setting.LongOption;
            if (setting.Variable is { } variable && environment(variable) is { Length: > 0 })
                return variable;
            return project.Contains(setting.Name) || isVariable ? null : setting.LongOption;
        }
    }

    private static string With(string name, string? value) =>
        value is null ? name : !name.StartsWith('-') ? $"{name}={value}" : value == "true" ? name : $"{name} {value}";
}
