using System.CommandLine;
using System.CommandLine.Help;
using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Settings;
using Kontrakt.Tool.Settings;
using Kontrakt.Tool.Terminal;
using Kontrakt.Tool.Verbs;

namespace Kontrakt.Tool;

/// <summary>The command line: parses, runs one verb, and turns what happened into an exit code. Results go to standard output, everything else to standard error.</summary>
internal static class KontraktCommand
{
    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Show details", Recursive = true };

    /// <param name="environment">An environment variable's value by name, or null.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, Func<string, string?> environment)
    {
        var result = Build(output, error, environment).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
            return await RefuseAsync(result, error);
        if (result.Action is HelpAction)
            SettingOptions.Describe();
        // Signals are handled by the verbs: System.CommandLine would end the process before clean-up is done.
        var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await result.InvokeAsync(invocation, CancellationToken.None);
    }

    private static RootCommand Build(TextWriter output, TextWriter error, Func<string, string?> environment)
    {
        var root = new RootCommand("Builds the images that folders of Kubernetes YAML ask for, runs the YAML in throwaway namespaces, and says whether its tests passed.") { Verbose };
        foreach (var option in SettingOptions.All)
            root.Add(option);
        foreach (var verb in Verb.All)
        {
            var command = new Command(verb.Name, verb.Description);
            foreach (var argument in verb.Arguments)
                command.Add(argument);
            foreach (var option in verb.Options)
                command.Add(option);
            command.SetAction((result, cancellationToken) => InvokeAsync(verb, result, output, error, environment, cancellationToken));
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

    private static async Task<int> RefuseAsync(ParseResult result, TextWriter error)
    {
        foreach (var problem in result.Errors)
            await error.WriteLineAsync($"kontrakt: {problem.Message}");
        await error.WriteLineAsync("Run 'kontrakt --help' for the verbs, 'kontrakt <verb> --help' for a verb's options.");
        return ExitCode.Usage;
    }

    private static async Task<int> InvokeAsync(Verb verb, ParseResult result, TextWriter output, TextWriter error, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var shown = TerminalRunLog.For(error, IsTerminal(error), result.GetValue(Verbose), environment);
        using var live = shown as IDisposable;
        using var spoken = new SilenceLog(shown, TimeProvider.System);
        var log = new RecordingRunLog(spoken);
        using var interruption = new Interruption(text => log.Report(new RunEvent.Progress(text)), cancellationToken);
        try
        {
            var passed = await GuardAsync(log, async () =>
            {
                var settings = SettingOptions.Read(result, environment);
                return verb.Reports
                    ? await ReportAsync(verb, settings, log, running => new(settings, running, output, result, environment), interruption.Token)
                    : await GuardAsync(log, () => verb.RunAsync(new(settings, log, output, result, environment), interruption.Token));
            });
            return interruption.Token.IsCancellationRequested ? interruption.ExitCode : passed ? ExitCode.Passed : log.FailureExitCode;
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

    /// <summary>A verb that ends in verdicts: there are reports from its beginning on, also of a run that is interrupted or killed, or that a defect ends.</summary>
    /// <param name="with">The verb's context, with the log to report to.</param>
    private static async Task<bool> ReportAsync(Verb verb, KontraktSettings settings, RecordingRunLog log, Func<IRunLog, VerbContext> with, CancellationToken cancellationToken)
    {
        VerbContext? context = null;
        try
        {
            await using var running = RunningReports.Begin(settings, () => context?.RunId, () => log.Diagnostics, log);
            context = with(running);
            context.RunKnown = running.Renew;
            return await GuardAsync(log, () => verb.RunAsync(context, cancellationToken));
        }
        finally
        {
            RunReports.Write(settings, context?.RunId, log.Diagnostics, ended: true, log);
        }
    }

    /// <summary>What the action says; false, with everything reported, where it throws what a user can mend.</summary>
    private static async Task<bool> GuardAsync(RecordingRunLog log, Func<Task<bool>> action)
    {
        try
        {
            return await action();
        }
        catch (KontraktException failure)
        {
            foreach (var diagnostic in failure.Diagnostics)
                log.Report(new RunEvent.Reported(diagnostic));
            return false;
        }
    }

    private static bool IsTerminal(TextWriter error) => ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
}
