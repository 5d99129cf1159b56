using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Security;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Manifests;

/// <summary>What pods may ask of their node: the Pod Security Standards, level by level.</summary>
[TestClass]
public sealed class PodSecurityLevels
{
    private const string Modest = "securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL]}}";

    [TestMethod, Timeout(60_000)]
    [DataRow("hostNetwork: true", "(hostNetwork)")]
    [DataRow("hostPID: yes", "(hostPID)")]
    [DataRow("hostIPC: true", "(hostIPC)")]
    [DataRow("volumes: [{name: v, hostPath: {path: /}}]", "(hostPath)")]
    [DataRow("securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}", "sysctl 'kernel.msgmax'")]
    [DataRow("securityContext: {seccompProfile: {type: Unconfined}}", "seccomp profile 'Unconfined'")]
    [DataRow("securityContext: {appArmorProfile: {type: Unconfined}}", "AppArmor profile 'Unconfined'")]
    [DataRow("securityContext: {seLinuxOptions: {type: spc_t}}", "SELinux type 'spc_t'")]
    [DataRow("securityContext: {seLinuxOptions: {user: system_u}}", "SELinux user 'system_u'")]
    [DataRow("securityContext: {seLinuxOptions: {role: r}}", "SELinux role 'r'")]
    [DataRow("securityContext: {windowsOptions: {hostProcess: true}}", "(hostProcess)")]
    [DataRow("containers: [{name: c, securityContext: {privileged: true}}]", "container 'c' to be privileged")]
    [DataRow("initContainers: [{name: i, securityContext: {privileged: true}}]", "container 'i' to be privileged")]
    [DataRow("ephemeralContainers: [{name: e, securityContext: {privileged: true}}]", "container 'e' to be privileged")]
    [DataRow("containers: [{name: c, securityContext: {capabilities: {add: [CHOWN, SYS_ADMIN]}}}]", "capability 'SYS_ADMIN'")]
    [DataRow("containers: [{name: c, securityContext: {capabilities: {add: [ALL]}}}]", "capability 'ALL'")]
    [DataRow("containers: [{name: c, securityContext: {capabilities: {add: [NET_RAW]}}}]", "capability 'NET_RAW'")]
    [DataRow("containers: [{name: c, securityContext: {procMount: Unmasked}}]", "/proc ('Unmasked')")]
    [DataRow("containers: [{name: c, securityContext: {seccompProfile: {type: Unconfined}}}]", "seccomp profile")]
    [DataRow("containers: [{name: c, ports: [{containerPort: 80, hostPort: 80}]}]", "hostPort 80")]
    [DataRow("containers: [{name: c, readinessProbe: {httpGet: {port: 1, host: 169.254.169.254}}}]", "another host ('169.254.169.254')")]
    [DataRow("containers: [{name: c, readinessProbe: {tcpSocket: {port: 1, host: 127.0.0.1}}}]", "another host")]
    [DataRow("containers: [{name: c, lifecycle: {preStop: {httpGet: {port: 1, host: a}}}}]", "another host")]
    public void BaselineForbidsWhatLeadsOutOfAPod(string spec, string asks)
    {
        Assert.Contains(asks, Single(spec, PodSecurityLevel.Baseline).Message);
        Assert.Contains(asks, string.Join('\n', Check(spec, PodSecurityLevel.Restricted).Select(each => each.Message)));
        Assert.IsEmpty(Check(spec, PodSecurityLevel.Privileged));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("containers: [{name: c, securityContext: {runAsUser: 0, allowPrivilegeEscalation: true, capabilities: {add: [CHOWN, NET_BIND_SERVICE]}}}]")]
    [DataRow("hostNetwork: false\n  hostPID: null")]
    [DataRow("containers: [{name: c, securityContext: {privileged: false, procMount: Default, seccompProfile: {type: Localhost, localhostProfile: a}}}]")]
    [DataRow("securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}], seLinuxOptions: {type: container_t, level: s0}}")]
    [DataRow("containers: [{name: c, ports: [{containerPort: 80, hostPort: 0}], readinessProbe: {httpGet: {port: 80, host: ''}}}]")]
    [DataRow("volumes: [{name: a, emptyDir: {}}, {name: b, nfs: {server: s, path: /}}]")]
    public void BaselineAllowsWhatStaysInAPod(string spec) => Assert.IsEmpty(Check(spec, PodSecurityLevel.Baseline));

    [TestMethod, Timeout(60_000)]
    [DataRow("containers: [{name: c, securityContext: {runAsNonRoot: false, allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL]}}}]", "runAsNonRoot false")]
    [DataRow("containers: [{name: c, securityContext: {allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL]}}}]", "without runAsNonRoot: true")]
    [DataRow("containers: [{name: c, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL]}}}]", "without allowPrivilegeEscalation: false")]
    [DataRow("containers: [{name: c, securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]", "without seccompProfile.type")]
    [DataRow("containers: [{name: c, securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}}}]", "without capabilities.drop")]
    [DataRow("containers: [{name: c, securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL], add: [CHOWN]}}}]", "capability 'CHOWN'")]
    [DataRow("containers: [{name: c, " + Modest + "}]\n  volumes: [{name: b, nfs: {server: s, path: /}}]", "volume of kind nfs")]
    [DataRow("containers: [{name: c, " + Modest + "}]\n  securityContext: {runAsUser: 0}", "runAsUser 0")]
    public void RestrictedForbidsWhatAPodCanDoWithout(string spec, string asks)
    {
        Assert.Contains(asks, Single(spec, PodSecurityLevel.Restricted).Message);
        Assert.IsEmpty(Check(spec, PodSecurityLevel.Baseline));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("containers: [{name: c, " + Modest + "}]\n  volumes: [{name: a, emptyDir: {}}, {name: b, configMap: {name: m}}]")]
    [DataRow("securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}\n  containers: [{name: c, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}]")]
    public void RestrictedAllowsAModestPod(string spec) => Assert.IsEmpty(Check(spec, PodSecurityLevel.Restricted));

    [TestMethod, Timeout(60_000)]
    [DataRow("apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      hostPID: true\n", 7, 16)]
    [DataRow("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          hostPID: true\n", 9, 20)]
    [DataRow("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers: []\n      hostPID: true\n", 8, 16)]
    public void IsCheckedWhereverPodsComeFromAtTheLine(string manifest, int line, int column)
    {
        var found = CheckManifest(manifest, PodSecurityLevel.Baseline).Single();

        Assert.AreEqual((line, column, "KTR1095"), (found.Location?.Line, found.Location?.Column, found.Code));
    }

    private static Diagnostic Single(string spec, PodSecurityLevel level)
    {
        var all = Check(spec, level);
        Assert.HasCount(1, all, string.Join('\n', all));
        return all[0];
    }

    private static List<Diagnostic> Check(string spec, PodSecurityLevel level) => CheckManifest($"apiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{kontrakt: test}}}}\nspec:\n  {spec}\n", level);

    private static List<Diagnostic> CheckManifest(string manifest, PodSecurityLevel level)
    {
        using var root = new TempFolder();
        root.Write("a-kontrakt/x.yaml", manifest);
        root.Write("a-kontrakt/y.assert.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
        return [.. PodSecurity.Check(ManifestReader.Read(KontraktDiscovery.Discover(root.Path).Single()), level)];
    }
}
