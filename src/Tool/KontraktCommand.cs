using System.CommandLine;
using System.CommandLine.Help;
using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Tool.Settings;
using Kontrakt.Tool.Terminal;
using Kontrakt.Tool.Verbs;

namespace Kontrakt.Tool;

/// <summary>The command line: parses, runs one verb, and turns what happened into an exit code. Results go to standard output, everything else to standard error.</summary>
internal sealed class KontraktCommand(TextWriter output, TextWriter error, Func<string, string?> environment)
{
    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Show details", Recursive = true };

    /// <param name="environment">An environment variable's value by name, or null.</param>
    public static Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, Func<string, string?> environment) =>
        new KontraktCommand(output, error, environment).RunAsync(args);

    private async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        if (Completion.Of(args) is { } completion)
        {
            foreach (var word in completion.Words(Build(SettingOptions.Completing(completion.Line))))
                await output.WriteLineAsync(word);
            return ExitCode.Passed;
        }
        // Without a verb nothing was checked: help, and an exit code that does not count as a pass in a script.
        var result = Build(SettingOptions.All).Parse(args.Count > 0 ? args : ["--help"], new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
            return await RefuseAsync(result);
        if (result.Action is HelpAction)
        {
            await CommandHelp.WriteAsync(result, Build, output);
            return args.Count > 0 ? ExitCode.Passed : ExitCode.Usage;
        }
        // Signals are handled by the verbs: System.CommandLine would end the process before clean-up is done.
        var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await result.InvokeAsync(invocation, CancellationToken.None);
    }

    /// <param name="settings">The options that all verbs take.</param>
    private RootCommand Build(IEnumerable<Option> settings)
    {
        var root = new RootCommand("Builds the images that folders of Kubernetes YAML ask for, runs the YAML in throwaway namespaces, and says whether its tests passed.") { Verbose, CommandSettings.Project };
        foreach (var option in settings)
            root.Add(option);
        foreach (var verb in Verb.All)
        {
            var command = new Command(verb.Name, verb.Description);
            foreach (var argument in verb.Arguments)
                command.Add(argument);
            foreach (var option in verb.Document is null ? verb.Options : [.. verb.Options, .. Answer.Options])
                command.Add(option);
            command.SetAction((result, cancellationToken) => InvokeAsync(verb, result, cancellationToken));
            GroupOf(verb, root).Add(command);
        }
        return root;
    }

    private static Command GroupOf(Verb verb, RootCommand root)
    {
        if (verb.Group is not { } group)
            return root;
        if (root.Subcommands.FirstOrDefault(command => command.Name == group.Name) is { } known)
            return known;
        var made = new Command(group.Name, group.Description);
        root.Add(made);
        return made;
    }

    private async Task<int> RefuseAsync(ParseResult result)
    {
        foreach (var problem in result.Errors)
            await error.WriteLineAsync($"kontrakt: {problem.Message}");
        foreach (var hint in CommandHelp.HintsFor(result))
            await error.WriteLineAsync($"kontrakt: {hint}");
        await error.WriteLineAsync("Run 'kontrakt --help' for the verbs, 'kontrakt <verb> --help' for a verb's options.");
        return ExitCode.Usage;
    }

    private async Task<int> InvokeAsync(Verb verb, ParseResult result, CancellationToken cancellationToken)
    {
        var shown = TerminalRunLog.For(error, IsTerminal(error), result.GetValue(Verbose), environment);
        using var live = shown as IDisposable;
        using var spoken = new SilenceLog(shown, TimeProvider.System);
        await using var log = new ReportedRun(spoken) { Names = GivenNames.Of(result, environment, new HashSet<string>()) };
        using var interruption = new Interruption(text => log.Report(new RunEvent.Progress(text)), cancellationToken);
        var answer = new Answer(verb, result, output);
        var exitCode = await EndAsync(verb, result, log, answer, interruption);
        await answer.EndAsync(exitCode, log.Diagnostics);
        return exitCode;
    }

    /// <summary>The exit code, however the verb ends.</summary>
    private async Task<int> EndAsync(Verb verb, ParseResult result, ReportedRun log, Answer answer, Interruption interruption)
    {
        try
        {
            VerbContext? context = null;
            var passed = await GuardAsync(log, () => RunAsync(verb, context = new(Settings(verb, result, log), log, answer, result, environment), interruption.Token));
            return interruption.Token.IsCancellationRequested ? interruption.ExitCode : !passed ? ExitCode.Of(log.Diagnostics) : context?.ExitCode ?? ExitCode.Passed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.ExitCode;
        }
#pragma warning disable CA1031 // The process's last word: a defect is shown whole and has an exit code of its own.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            await error.WriteLineAsync($"kontrakt: this is a defect of kontrakt: {defect}");
            return ExitCode.Defect;
        }
    }

    private CommandSettings Settings(Verb verb, ParseResult result, ReportedRun log) =>
        verb.ReadsProject ? CommandSettings.Read(result, environment, log) : new(SettingOptions.Read(result, environment), []);

    /// <summary>Of a verb that ends in verdicts there are reports from its beginning on, also of a run that is interrupted or killed, or that a defect ends.</summary>
    private static async Task<bool> RunAsync(Verb verb, VerbContext context, CancellationToken cancellationToken)
    {
        if (!verb.Reports)
            return await verb.RunAsync(context, cancellationToken);
        try
        {
            context.Log.Begin(context.Settings);
            return await GuardAsync(context.Log, () => verb.RunAsync(context, cancellationToken));
        }
        finally
        {
            await context.Log.EndAsync(context.Settings, ended: true);
        }
    }

    /// <summary>What the action says; false, with everything reported, where it throws what a user can fix.</summary>
    private static async Task<bool> GuardAsync(ReportedRun log, Func<Task<bool>> action)
    {
        try
        {
            return await action();
        }
        catch (KontraktException failure)
        {
            log.Report(failure);
            return false;
        }
    }

    private static bool IsTerminal(TextWriter error) => ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
}
