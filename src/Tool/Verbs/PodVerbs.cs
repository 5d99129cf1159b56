using System.CommandLine;
using System.CommandLine.Parsing;
using Kontrakt.Diagnostics;
using Kontrakt.Runs.Looking;

namespace Kontrakt.Tool.Verbs;

/// <summary>Runs a command in a pod. Input, output and exit code are the command's own.</summary>
internal sealed class ExecVerb() : LookVerb("exec", "Run a command in a pod of a kept or running run; its exit code is the command's")
{
    public override IReadOnlyList<string> Examples => ["kontrakt exec orders/pod/web -- ls -l /", "kontrakt exec -i deploy/web --container main -- sh < script.sh"];

    private readonly Argument<string> _name = Completing(new Argument<string>("NAME") { Description = NameText }, RunNames.OfObjects);
    private readonly Argument<string[]> _command = new("COMMAND") { Description = "The command and its arguments, after --", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _container = new("--container") { Description = "The container; default: the pod's first", HelpName = "NAME" };
    private readonly Option<bool> _input = new("--stdin", "-i") { Description = "Give the command this standard input" };
    private readonly Option<bool> _terminal = new("--tty", "-t") { Description = "Not available: the command gets no terminal" };

    public override IReadOnlyList<Argument> Arguments => [_name, _command];

    protected override IReadOnlyList<Option> Own => [_container, _input, _terminal];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        if (context.Arguments.GetValue(_terminal))
            throw Ktr.CommandLine.Error(null, "kontrakt exec -t", "a command gets no terminal; leave out -t (-i gives it standard input). On a cluster, 'kubectl exec -it' gives one");
        var (name, command) = Split(context.Arguments);
        await using Stream output = Console.OpenStandardOutput(), error = Console.OpenStandardError();
        await using var input = context.Arguments.GetValue(_input) ? Console.OpenStandardInput() : null;
        context.ExitCode = await PodCommand.RunAsync(Run(context), new(name, command) { Container = context.Arguments.GetValue(_container), Input = input, Output = output, Error = error }, cancellationToken);
        return true;
    }

    /// <summary>What is after "--" is the command; a name may have two words.</summary>
    private (string Name, IReadOnlyList<string> Command) Split(ParseResult arguments)
    {
        var words = arguments.GetValue(_command) ?? [];
        var dashes = arguments.Tokens.ToList().FindIndex(token => token.Type == TokenType.DoubleDash);
        var command = dashes < 0 ? 0 : arguments.Tokens.Count - dashes - 1;
        if (command == 0 || command > words.Length)
            throw Ktr.CommandLine.Error(null, "kontrakt exec", "the command is not behind '--'; write kontrakt exec NAME -- COMMAND");
        return (Join([arguments.GetValue(_name) ?? "", .. words.SkipLast(command)]), [.. words.TakeLast(command)]);
    }
}

/// <summary>Prints each address of this machine and the port that it leads to, a tab between, when all can be used; ends with Ctrl+C, or with an error when the pod ends.</summary>
internal sealed class PortForwardVerb() : LookVerb("port-forward", "Make ports of a pod or service of a kept or running run reachable on this machine, until Ctrl+C")
{
    public override IReadOnlyList<string> Examples => ["kontrakt port-forward orders/svc/web 8080:80", "kontrakt port-forward orders deploy/web 8080:http :9090"];

    private readonly Argument<string> _name = Completing(new Argument<string>("NAME") { Description = NameText }, RunNames.OfObjects);
    private readonly Argument<string[]> _ports = new("PORT") { Description = "LOCAL:REMOTE, REMOTE for the same on both sides, :REMOTE for a free local one; REMOTE is a number or a name", Arity = ArgumentArity.OneOrMore };

    public override IReadOnlyList<Argument> Arguments => [_name, _ports];

    public override Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var words = context.Arguments.GetValue(_ports) ?? [];
        // A name may have two words, of which the second has a slash; no port has.
        string[] rest = [.. words.TakeWhile(word => word.Contains('/', StringComparison.Ordinal))];
        if (rest.Length == words.Length)
            throw Ktr.CommandLine.Error(null, "kontrakt port-forward", "no port is given; write kontrakt port-forward NAME LOCAL:REMOTE");
        return PodPorts.ForwardAsync(Run(context), Join([context.Arguments.GetValue(_name) ?? "", .. rest]), words[rest.Length..], async (local, remote) =>
        {
            await context.Output.WriteLineAsync($"{local}\t{remote}".AsMemory(), cancellationToken);
            await context.Output.FlushAsync(cancellationToken);
        }, cancellationToken);
    }
}
