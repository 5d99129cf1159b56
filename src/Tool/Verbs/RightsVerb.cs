using System.CommandLine;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints the service account of a pipeline and the rights it needs, as manifests.</summary>
internal sealed class RightsVerb() : Verb("rbac", "Print a service account for pipelines and the rights it needs, as YAML; with --namespace those for that namespace alone")
{
    public override IEnumerable<Setting> Settings => Setting.Of(nameof(KontraktSettings.Namespace), nameof(KontraktSettings.BuildNamespace), nameof(KontraktSettings.Keep), nameof(KontraktSettings.ImagePullSecret));

    public override IReadOnlyList<string> Examples => ["kontrakt rbac --account ci --account-namespace ci | kubectl apply -f -", "kontrakt rbac --namespace team-a | kubectl apply -f -"];

    private readonly Option<string> _account = new("--account") { Description = "The service account's name", HelpName = "NAME", DefaultValueFactory = _ => "kontrakt-runner" };
    private readonly Option<string> _namespace = new("--account-namespace") { Description = "Its namespace; default: --namespace, else 'default'", HelpName = "NAME" };
    private readonly Option<string[]> _watched = new("--watch") { Description = "Custom resource in kontrakts, such as widgets.example.com (repeatable)", HelpName = "PLURAL.GROUP" };

    public override IReadOnlyList<Option> Options => [_account, _namespace, _watched];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var account = Checked("--account", context.Arguments.GetValue(_account) ?? "", DnsNames.IsSubdomain);
        var ns = Checked("--account-namespace", context.Arguments.GetValue(_namespace) ?? context.Settings.Namespace ?? "default", DnsNames.IsLabel);
        await context.Output.WriteAsync(RightsManifest.Write(context.Settings, new(account, ns, context.Arguments.GetValue(_watched) ?? [])));
        return true;
    }

    private static string Checked(string option, string name, Func<string, bool> isValid) =>
        isValid(name) ? name : throw Ktr.InvalidSetting.Error(null, option, name, "it is not a name of Kubernetes: lower-case letters, digits and '-'");
}
