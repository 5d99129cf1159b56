using System.CommandLine;
using System.CommandLine.Parsing;
using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Settings;

/// <summary>Every setting that has an option; all verbs take all of them, so one line of options serves a sequence of steps.</summary>
internal static class SettingOptions
{
    private static readonly Dictionary<string, Option<string[]>> Options =
        Setting.All.Where(setting => setting.Option.Length > 0).ToDictionary(setting => setting.Name, Make, StringComparer.Ordinal);

    public static IReadOnlyCollection<Option> All => Options.Values;

    /// <summary>Options for a shell's completion, each with one value: what comes behind it is something else. A flag has one only where nothing is behind it.</summary>
    /// <param name="line">The command line up to the word that is completed.</param>
    public static IEnumerable<Option> Completing(string line)
    {
        foreach (var setting in Setting.All.Where(setting => setting.Option.Length > 0))
        {
            var option = Make(setting);
            option.Arity = setting.Form != TextForm.Flag ? ArgumentArity.ExactlyOne
                : option.Aliases.Prepend(option.Name).Any(name => line.EndsWith($" {name} ", StringComparison.Ordinal)) ? ArgumentArity.ZeroOrOne : ArgumentArity.Zero;
            yield return option;
        }
    }

    /// <summary>Options for help, with descriptions, which cost time: defaults are read by reflection.</summary>
    public static IEnumerable<Option> Described(IEnumerable<Setting> settings)
    {
        foreach (var setting in settings.Where(setting => setting.Option.Length > 0))
        {
            var option = Make(setting);
            option.Description = $"{setting.Text}{(setting.IsList ? " (repeatable)" : "")}{(setting.Default.Length > 0 ? $"; default: {setting.Default}" : "")} [{setting.Variable}]";
            yield return option;
        }
    }

    /// <summary>From the command line, else the environment.</summary>
    /// <exception cref="KontraktException">Every value that is not acceptable.</exception>
    public static KontraktSettings Read(ParseResult result, Func<string, string?> environment)
    {
        var texts = Setting.All.ToDictionary(setting => setting.Name, setting => Text(setting, result, environment), StringComparer.Ordinal);
        return SettingsReader.Read(texts, StartFolder.FullPath) with { EngineProgram = Path.Combine(AppContext.BaseDirectory, "kontrakt.dll") };
    }

    /// <summary>The same as properties of a build, where -p takes precedence over the project. Paths are full ones. A variable that is only a fallback stays one.</summary>
    /// <param name="settings">What <see cref="Read"/> gave.</param>
    public static Dictionary<string, string> Properties(KontraktSettings settings, ParseResult result, Func<string, string?> environment) =>
        (from setting in Setting.All
         let text = Text(setting, result, setting.Fallback is null ? environment : _ => null)
         where !string.IsNullOrWhiteSpace(text)
         select (setting.Name, Text: setting.Form is TextForm.Path or TextForm.Paths or TextForm.PathList ? setting.ValueIn(settings) : text)).ToDictionary(pair => pair.Name, pair => pair.Text, StringComparer.Ordinal);

    /// <summary>The same of a command line that is not complete yet; null where a value is not acceptable so far.</summary>
    public static KontraktSettings? TryRead(ParseResult result, Func<string, string?> environment)
    {
        try
        {
            return Read(result, environment);
        }
        catch (KontraktException)
        {
            return null;
        }
    }

    /// <summary>What the command line alone says, by the names that the environment has for it.</summary>
    public static Dictionary<string, string> ReadArguments(ParseResult result) =>
        (from setting in Setting.All
         let text = Text(setting, result, _ => null)
         where text is not null && setting.Variable is not null
         select (Name: setting.Variable, text)).ToDictionary(pair => pair.Name, pair => pair.text, StringComparer.Ordinal);

    /// <summary>Whether the command line or the environment has the setting.</summary>
    public static bool IsGiven(string name, ParseResult result, Func<string, string?> environment) =>
        !string.IsNullOrEmpty(Text(Setting.All.Single(setting => setting.Name == name), result, environment));

    /// <summary>Whether it is on the command line.</summary>
    public static bool IsOnCommandLine(Setting setting, ParseResult result) => ResultOf(setting, result) is not null;

    private static string? Text(Setting setting, ParseResult result, Func<string, string?> environment)
    {
        if (ResultOf(setting, result) is not { } option)
            return setting.Variable is { } variable ? environment(variable) : null;
        string[] given = [.. option.Tokens.Select(token => token.Value)];
        return setting.Form == TextForm.Flag && given.Length == 0 ? "true" : setting.IsList ? string.Join(';', given) : given.LastOrDefault();
    }

    /// <summary>By its name: who asks for help or completion has options of other forms.</summary>
    private static OptionResult? ResultOf(Setting setting, ParseResult result)
    {
        if (!Options.TryGetValue(setting.Name, out var option))
            return null;
        for (var command = result.CommandResult; command is not null; command = command.Parent as CommandResult)
            if (command.Children.OfType<OptionResult>().FirstOrDefault(each => each is { Implicit: false } && each.Option.Recursive && each.Option.Name == option.Name) is { } found)
                return found;
        return null;
    }

    private static Option<string[]> Make(Setting setting)
    {
        var words = setting.Option.Split(' ');
        List<string> names = [.. words.TakeWhile(word => word.StartsWith('-'))];
        var isFlag = setting.Form == TextForm.Flag;
        var option = new Option<string[]>(names[0], [.. names.Skip(1)])
        {
            HelpName = isFlag ? "true|false" : words[^1],
            Recursive = true,
            // A flag is alone, or with true or false; of other options the last one given counts, unless they are lists.
            Arity = isFlag ? ArgumentArity.ZeroOrOne : ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        if (option.HelpName.Contains('|', StringComparison.Ordinal))
            option.CompletionSources.Add(option.HelpName.Split('|'));
        if (isFlag)
            option.CustomParser = value => [.. value.Tokens.Select(token => token.Value)];
        return option;
    }
}
