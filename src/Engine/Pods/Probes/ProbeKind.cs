namespace Kontrakt.Engine.Pods.Probes;

internal enum ProbeKind { Startup, Readiness, Liveness }
