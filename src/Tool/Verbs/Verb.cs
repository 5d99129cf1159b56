using System.CommandLine;
using Kontrakt.Reports.Documents;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>A verb: one step of a run, or all of them.</summary>
internal abstract class Verb(string name, string description)
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new ListVerb(), new ReferenceVerb(), new BuildVerb(), new ResolveVerb(), new ImageReplaceVerb(), new ApplyVerb(), new WaitVerb(), new AssertVerb(),
        new PushVerb(), new DeleteVerb(), new RunVerb(), new DevVerb(), new DebugVerb(), new GetVerb(), new DescribeVerb(), new LogsVerb(), new ExecVerb(), new PortForwardVerb(), new VerifyVerb(), new HostBaseVerb(), new ContextPushVerb(), new TemplateListVerb(), new TemplateShowVerb(),
        new TemplateBuildVerb(), new TemplateRunVerb(), new EngineStartVerb(), new EngineStopVerb(),
        new EngineStatusVerb(), new EngineKubeconfigVerb(), new RightsVerb(), new TektonVerb(), new InitVerb(), new DoctorVerb(),
    ];

    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>The command that the verb belongs to, such as engine; null for none.</summary>
    public virtual (string Name, string Description)? Group => null;

    /// <summary>The verb's own options, beside those that all verbs take.</summary>
    public virtual IReadOnlyList<Option> Options => [];

    /// <summary>The settings that it uses. Its help shows these; it accepts all, so that one line of options serves a sequence of steps.</summary>
    public abstract IEnumerable<Setting> Settings { get; }

    /// <summary>One or two command lines that a user would type.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>What is after the verb's name.</summary>
    public virtual IReadOnlyList<Argument> Arguments => [];

    /// <summary>Whether the verb ends in verdicts, so that reports are written; also when it fails early.</summary>
    public virtual bool Reports => false;

    /// <summary>Whether what the project of the folder says counts, as it does in a build.</summary>
    public virtual bool ReadsProject => true;

    /// <summary>The document that --output json prints, with nothing in it yet; null: the verb has no such option.</summary>
    public virtual CommandDocument? Document => null;

    /// <summary>Does the step. False when a kontrakt failed; what is wrong with input or surroundings is thrown as a KontraktException.</summary>
    public abstract Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken);
}
