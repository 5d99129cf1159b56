using Kontrakt.Settings;
using Kontrakt.Tool;
using Kontrakt.Tool.Verbs;

namespace Tool.Tests;

/// <summary>What a command line that cannot be meant ends in: exit code 2, nothing on standard output, and a way to help.</summary>
[TestClass]
public sealed class CommandLines
{
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("aply")]
    [DataRow("--tiemout", "5m", "run")]
    [DataRow("run", "--tiemout", "5m")]
    [DataRow("run", "extra")]
    [DataRow("apply", "-X")]
    [DataRow("run", "--directory")]
    [DataRow("resolve", "--output", "xml")]
    [DataRow("build", "--run", "x")]
    [DataRow("engine")]
    public async Task ThatAreNotUnderstoodEndInTwo(params string[] args)
    {
        var (exitCode, output, error) = await RunAsync(args);

        Assert.AreEqual(2, exitCode, error);
        Assert.AreEqual("", output);
        Assert.Contains("kontrakt --help", error);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("did you mean 'apply'?", "aply")]
    [DataRow("did you mean '--timeout'?", "run", "--tiemout", "5m")]
    [DataRow("did you mean '--timeout'?", "run", "--tiemout=5m")]
    [DataRow("did you mean 'start'?", "engine", "strat")]
    [DataRow("did you mean '--run'?", "wait", "--rum", "x")]
    public async Task ThatAreMistypedAreAnsweredWithWhatResembles(string hint, params string[] args)
    {
        var (exitCode, _, error) = await RunAsync(args);

        Assert.AreEqual(2, exitCode, error);
        Assert.Contains(hint, error);
    }

    /// <summary>A script in which the verb is an empty variable does not pass.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task ThatAreEmptyShowHelpAndEndInTwo()
    {
        var (exitCode, output, error) = await RunAsync([]);
        var (_, help, _) = await RunAsync(["--help"]);

        Assert.AreEqual(2, exitCode, error);
        Assert.AreEqual(help, output);
        foreach (var verb in Verb.All)
            Assert.Contains(verb.Group?.Name ?? verb.Name, output);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DynamicData(nameof(Verbs))]
    public async Task AreHelpedWithWhatTheVerbUses(string[] verb)
    {
        var (exitCode, help, error) = await RunAsync([.. verb, "--help"]);

        var used = Verb.All.Single(each => verb.SequenceEqual(WordsOf(each))).Settings.Where(setting => setting.Option.Length > 0).ToList();
        Assert.AreEqual(0, exitCode, error);
        Assert.IsNotEmpty(used);
        foreach (var setting in Setting.All.Where(setting => setting.Option.Length > 0))
            Assert.AreEqual(used.Contains(setting), help.Contains($"[{setting.Variable}]", StringComparison.Ordinal), setting.Name);
    }

    /// <summary>Each example is a command line of its verb that can be read.</summary>
    [TestMethod]
    [Timeout(60_000)]
    [DynamicData(nameof(Verbs))]
    public async Task OfTheHelpCanBeTyped(string[] verb)
    {
        var examples = Verb.All.Single(each => verb.SequenceEqual(WordsOf(each))).Examples;
        var (_, help, _) = await RunAsync([.. verb, "--help"]);

        Assert.IsNotEmpty(examples);
        foreach (var example in examples)
        {
            Assert.Contains($"  {example}\n", help);
            var words = CommandOf(example).Split(' ');
            Assert.IsTrue(words.Skip(1).Take(verb.Length).SequenceEqual(verb), example);
            // Help is asked for in place of running it: what is not known is refused first. Not at the end: what is after "--" is for a program.
            var (exitCode, _, error) = await RunAsync([.. verb, "--help", .. words.Skip(1 + verb.Length)]);
            Assert.AreEqual(0, exitCode, $"{example}: {error}");
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("kontrakt re", "reference")]
    [DataRow("kontrakt engine sta", "status")]
    [DataRow("kontrakt run --keep ", "failed")]
    [DataRow("kontrakt run --attest ", "true")]
    [DataRow("kontrakt run --attest --k", "--keep")]
    [DataRow("kontrakt run --attest --timeout 5m --k", "--keep")]
    [DataRow("kontrakt run --timeout 5m ", "--keep")]
    [DataRow("kontrakt run --keep failed --timeout 5m --ju", "--junit")]
    [DataRow("kontrakt run --push-tag a --push-tag b --keep ", "failed")]
    [DataRow("kontrakt run --push-tag a --push-t", "--push-tag")]
    [DataRow("kontrakt logs --fol", "--follow")]
    [DataRow("kontrakt init --ci ", "gitlab")]
    public async Task AreCompletedForShells(string line, string expected)
    {
        Assert.AreEqual(1, (await SuggestAsync(line)).Count(word => word == expected), expected);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("kontrakt run --keep failed --ke", "--keep")]
    [DataRow("kontrakt run --push-tag ", "--push-tag")]
    [DataRow("kontrakt re", "run")]
    public async Task AreNotCompletedWithWhatDoesNotFit(string line, string word)
    {
        Assert.DoesNotContain(word, await SuggestAsync(line));
    }

    private static async Task<string[]> SuggestAsync(string line)
    {
        var (exitCode, output, error) = await RunAsync([$"[suggest:{line.Length}]", line]);
        Assert.AreEqual(0, exitCode, error);
        return output.Split('\n');
    }

    private static IEnumerable<object[]> Verbs => Verb.All.Select(verb => new object[] { WordsOf(verb) });

    private static string[] WordsOf(Verb verb) => verb.Group is { } group ? [group.Name, verb.Name] : [verb.Name];

    /// <summary>The call of kontrakt in a line of a shell.</summary>
    private static string CommandOf(string example) => example[example.IndexOf("kontrakt", StringComparison.Ordinal)..].Split([")", " |", " >"], StringSplitOptions.None)[0];

    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] args, Dictionary<string, string>? environment = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await KontraktCommand.RunAsync(args, output, error, name => environment?.GetValueOrDefault(name));
        return (exitCode, output.ToString(), error.ToString());
    }
}
