namespace Kontrakt.Tests.Since;

/// <summary>A kontrakt with a kustomization has changed if anything has that kustomize may read, wherever it is.</summary>
[TestClass]
public sealed class ChangesOfKustomizations : IDisposable
{
    private readonly Commit _commit = new();

    public void Dispose() => _commit.Dispose();

    [TestMethod, Timeout(60_000)]
    [DataRow("resources: [../../shared]", "shared/pod.yaml")]
    [DataRow("resources: [\"../../sp ace\"]", "sp ace/pod.yaml", DisplayName = "a blank in the path")]
    [DataRow("resources: [../../parent]", "common/pod.yaml", DisplayName = "a child of a base names another one")]
    [DataRow("bases: [../../shared]", "shared/pod.yaml")]
    [DataRow("components: [../../shared]", "shared/pod.yaml")]
    [DataRow("patches: [{path: ../../shared/pod.yaml}]", "shared/pod.yaml")]
    [DataRow("patchesStrategicMerge: [../../shared/pod.yaml]", "shared/pod.yaml")]
    [DataRow("configMapGenerator: [{name: a, files: [../../data/a.txt]}]", "data/a.txt")]
    [DataRow("configMapGenerator: [{name: a, files: ['key=../../data/a.txt']}]", "data/a.txt", DisplayName = "a file with a key")]
    [DataRow("secretGenerator: [{name: a, envs: [../../data/a.txt]}]", "data/a.txt")]
    [DataRow("crds: [../../shared/pod.yaml]", "shared/pod.yaml")]
    [DataRow("openapi: {path: ../../data/a.txt}", "data/a.txt")]
    [DataRow("replacements: [{path: ../../shared/pod.yaml}]", "shared/pod.yaml")]
    [DataRow("helmGlobals: {chartHome: ../../data}\nhelmCharts: [{name: c}]", "data/c/values.yaml", DisplayName = "a chart's file, new")]
    [DataRow("generators: [../../gen/gen.yaml]", "data/a.txt", DisplayName = "a file that a generator's file names")]
    [DataRow("transformers:\n- |-\n  kind: PatchTransformer\n  path: ../../data/a.txt", "data/a.txt", DisplayName = "a file that a transformer in the text names")]
    public void AreOfWhatItNames(string kustomization, string changed)
    {
        _commit.Write("k1/kontrakt/kustomization.yaml", kustomization + "\n");
        Make();

        Selects(changed);
    }

    [TestMethod, Timeout(60_000)]
    public void AreOfWhatAnOverlayInItNames()
    {
        _commit.Write("k1/kontrakt/kustomization.yaml", "resources: [overlay]\n");
        _commit.Write("k1/kontrakt/overlay/kustomization.yaml", "resources: [../../../shared]\n");
        Make();

        Selects("shared/pod.yaml");
    }

    [TestMethod, Timeout(60_000)]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("../../shared", "shared/pod.yaml")]
    [DataRow("../../parent", "common/pod.yaml", DisplayName = "what the base behind the link names")]
    [DataRow("../../links/again", "shared/pod.yaml", DisplayName = "a link to a link")]
    [DataRow("../../links/again", "links/again", DisplayName = "the link on the way")]
    public void AreOfWhatALinkInItLeadsTo(string target, string changed)
    {
        _commit.Write("k1/kontrakt/kustomization.yaml", "resources: [base]\n");
        _commit.Link("k1/kontrakt/base", target);
        _commit.Link("links/again", "../shared");
        Make();

        Selects(changed);
    }

    [TestMethod, Timeout(60_000)]
    [OSCondition(OperatingSystems.Linux)]
    public void AreOfWhatALinkInAPlainKontraktLeadsTo()
    {
        _commit.Write("k1/kontrakt/test.yaml", Commit.Plain);
        _commit.Write("lcommon/gone.yaml", Commit.Plain.Replace("smoke", "gone", StringComparison.Ordinal));
        _commit.Link("k1/kontrakt/common", "../../lcommon");
        Make();

        Assert.AreEqual("", _commit.Changed("k1"));
        File.Delete(_commit.At("lcommon/gone.yaml"));
        Assert.AreEqual("k1", _commit.Changed("k1"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("resources: ['https://example.com/base.yaml']")]
    [DataRow("resources: ['github.com/example/base?ref=v1']")]
    [DataRow("resources: ['git@example.com:base']")]
    [DataRow("patches: [{path: 'https://example.com/patch.yaml'}]")]
    [DataRow("helmCharts: [{name: c, repo: 'https://example.com/charts', version: 1.0.0}]")]
    public void AreSupposedOfWhatIsElsewhere(string kustomization)
    {
        _commit.Write("k1/kontrakt/kustomization.yaml", kustomization + "\n");
        Make();

        Assert.AreEqual("k1", _commit.Changed("k1"));
        Assert.Contains("example", _commit.Log.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("resources: [../../shared]\nimages: [{name: docker.io/library/a, newName: registry.example/b}]\ncommonAnnotations: {see: 'https://example.com/x'}\nconfigMapGenerator: [{name: a, literals: ['URL=https://example.com']}]", "README.md")]
    [DataRow("resources: [../../shared]", "data/a.txt")]
    public void AreNotOfAnythingElse(string kustomization, string changed)
    {
        _commit.Write("k1/kontrakt/kustomization.yaml", kustomization + "\n");
        Make();

        _commit.Change(changed);

        Assert.AreEqual("", _commit.Changed("k1"), _commit.Log.Text);
    }

    private void Make()
    {
        _commit.Write("shared/kustomization.yaml", "resources: [pod.yaml]\n");
        _commit.Write("shared/pod.yaml", Commit.Plain);
        _commit.Write("sp ace/kustomization.yaml", "resources: [pod.yaml]\n");
        _commit.Write("sp ace/pod.yaml", Commit.Plain);
        _commit.Write("parent/kustomization.yaml", "resources: [deploy]\n");
        _commit.Write("parent/deploy/kustomization.yaml", "resources: [../../common]\n");
        _commit.Write("common/kustomization.yaml", "resources: [pod.yaml]\n");
        _commit.Write("common/pod.yaml", Commit.Plain);
        _commit.Write("data/a.txt");
        _commit.Write("gen/gen.yaml", "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: a}\nfiles: [../data/a.txt]\n");
        _commit.Git.Commit();
    }

    private void Selects(string changed)
    {
        Assert.AreEqual("", _commit.Changed("k1"), _commit.Log.Text);
        if (new FileInfo(_commit.At(changed)).LinkTarget is not null)
        {
            File.Delete(_commit.At(changed));
            _commit.Link(changed, "../common");
        }
        else
        {
            _commit.Change(changed);
        }
        Assert.AreEqual("k1", _commit.Changed("k1"), _commit.Log.Text);
    }
}
