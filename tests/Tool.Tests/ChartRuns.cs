using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>A chart runs to its end, with the real helm: what its release has, and its test.</summary>
[TestClass]
public sealed class ChartRuns
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("engine")]
    [DataRow("cluster")]
    [Timeout(600_000, CooperativeCancellation = true)]
    public async Task JudgeByTheTestsOfTheChart(string where)
    {
        RequireHelm();
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        using var folder = new TempFolder();
        folder.Write("shop-kontrakt/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n");
        folder.Write("shop-kontrakt/templates/web.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: {{ .Release.Name }}-web}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                    - name: web
                      image: {{ .Values.image }}
                      command: [sh, -c, "mkdir /tmp/w; echo {{ .Values.answer }} > /tmp/w/index.html; exec httpd -f -p 8080 -h /tmp/w"]
                      readinessProbe: {periodSeconds: 1, tcpSocket: {port: 8080}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: {{ .Release.Name }}-web}
            spec:
              selector: {app: web}
              ports: [{port: 80, targetPort: 8080}]
            """);
        folder.Write("shop-kontrakt/templates/tests/get.yaml", """
            apiVersion: v1
            kind: Pod
            metadata:
              name: {{ .Release.Name }}-get
              annotations: {helm.sh/hook: test}
            spec:
              restartPolicy: Never
              containers:
                - name: get
                  image: {{ .Values.image }}
                  command: [sh, -c, 'test "$(wget -qO- http://$SHOP_WEB_SERVICE_HOST/)" = one']
            """);
        folder.Write("shop-kontrakt/values.yaml", $"image: {place.Image}\nanswer: one\n");

        var passed = await place.RunAsync(0, folder.Path);
        folder.Write("shop-kontrakt/values.yaml", $"image: {place.Image}\nanswer: two\n");
        var failed = await place.RunAsync(1, folder.Path);

        Assert.Contains("shop-kontrakt: pod/shop-get passed", passed);
        Assert.Contains("shop-kontrakt.rendered/shop/templates/tests/get.yaml(12,7): error KTR4001: test 'pod/shop-get' failed", failed);
    }

    [TestMethod]
    [Timeout(600_000, CooperativeCancellation = true)]
    public async Task HaveTheirDefinitionsOnTheEngineFirst()
    {
        RequireHelm();
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        using var folder = new TempFolder();
        folder.Write("shop-kontrakt/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n");
        folder.Write("shop-kontrakt/crds/widgets.yaml", """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.shop.example.com}
            spec:
              group: shop.example.com
              scope: Namespaced
              names: {plural: widgets, singular: widget, kind: Widget}
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer}}}}}]
            """);
        folder.Write("shop-kontrakt/templates/widget.yaml", "apiVersion: shop.example.com/v1\nkind: Widget\nmetadata: {name: small}\nsize: {{ .Values.size }}\n");
        folder.Write("shop-kontrakt/templates/widget.assert.yaml", "apiVersion: shop.example.com/v1\nkind: Widget\nmetadata: {name: small}\nsize: 1\n");
        folder.Write("shop-kontrakt/values.yaml", "size: 1\n");

        var passed = await place.RunAsync(0, folder.Path);

        Assert.Contains("prerequisites: 1 object applied and ready", passed);
        Assert.Contains("shop-kontrakt: passed", passed);
    }

    private static void RequireHelm()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, "helm"))))
            Assert.Inconclusive("skipped: there is no helm");
    }
}
