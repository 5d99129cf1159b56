using System.CommandLine;
using System.CommandLine.Parsing;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Tool.Settings;
using Kontrakt.Tool.Verbs;

namespace Kontrakt.Tool;

/// <summary>Help with a verb: the options that it uses, and command lines to type; and what somebody may have intended who mistyped one.</summary>
internal static class CommandHelp
{
    /// <param name="result">The command line that asks for help.</param>
    /// <param name="build">The command with these options for all verbs.</param>
    public static async Task WriteAsync(ParseResult result, Func<IEnumerable<Option>, RootCommand> build, TextWriter output)
    {
        var verb = Verb.All.FirstOrDefault(verb => IsOf(verb, result.CommandResult));
        var words = Upwards(result.CommandResult).Select(each => each.Command).Where(command => command is not RootCommand).Reverse().Select(command => command.Name);
        var help = build(Described(verb)).Parse([.. words, "--help"]);
        await help.InvokeAsync(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false }, CancellationToken.None);
        if (verb is null)
        {
            await output.WriteLineAsync("Start with 'kontrakt init SOURCE' and 'kontrakt run'. 'kontrakt run --help' shows all settings; every verb accepts all of them.");
            return;
        }
        await output.WriteLineAsync(verb.Examples.Count == 1 ? "Example:" : "Examples:");
        foreach (var example in verb.Examples)
            await output.WriteLineAsync($"  {example}");
    }

    /// <summary>For each word that is not known, a known one that resembles it.</summary>
    public static IEnumerable<string> HintsFor(ParseResult result)
    {
        var commands = Upwards(result.CommandResult).Select(each => each.Command).ToList();
        var options = commands.SelectMany((command, level) => command.Options.Where(option => level == 0 || option.Recursive)).SelectMany(option => option.Aliases.Prepend(option.Name)).ToList();
        return from word in result.UnmatchedTokens
               let known = word.StartsWith('-') ? options.Where(option => option.StartsWith("--", StringComparison.Ordinal)) : commands[0].Subcommands.Select(command => command.Name)
               let nearest = NearestName.Of(word.Split('=', ':')[0], known)
               where nearest is not null
               select $"did you mean '{nearest}'?";
    }

    /// <summary>The settings of a verb, without names that it has for options of its own, as logs has -f.</summary>
    private static IEnumerable<Option> Described(Verb? verb)
    {
        foreach (var option in SettingOptions.Described(verb?.Settings ?? []))
        {
            foreach (var taken in verb?.Options.SelectMany(own => own.Aliases.Prepend(own.Name)).Intersect(option.Aliases).ToList() ?? [])
                option.Aliases.Remove(taken);
            yield return option;
        }
    }

    private static bool IsOf(Verb verb, CommandResult result) =>
        verb.Name == result.Command.Name && verb.Group?.Name == (result.Parent is CommandResult { Command: not RootCommand and var group } ? group.Name : null);

    private static IEnumerable<CommandResult> Upwards(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
            yield return result;
    }
}
