using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TileProof.Tests.Sharding;

/// <summary>A slurmctld and a slurmd of this user on the loopback interface: one node with two cores, in a folder of its own.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] SystemFolders = ["/usr/sbin", "/usr/bin", "/sbin", "/usr/local/sbin"];

    // A configuration file of Slurm takes no spaces in paths.
    private readonly string folder;
    private readonly List<Process> daemons = [];

    /// <summary>Starts both, or skips the test with the reason where there is no Slurm that starts.</summary>
    public SlurmCluster()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Slurm runs on Linux");
        foreach (string program in (string[])["slurmctld", "slurmd", "sbatch", "scontrol"])
        {
            Skip.If(PathOf(program) is null, $"{program} is not installed (Debian: slurm-wlm)");
        }

        folder = Directory.CreateTempSubdirectory("tileproof-slurm-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "state"));
        Directory.CreateDirectory(Path.Combine(folder, "spool"));
        string host = Environment.MachineName.Split('.')[0];
        File.WriteAllText(Path.Combine(folder, "slurm.conf"), $"""
            ClusterName=tileproof
            SlurmctldHost={host}(127.0.0.1)
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            AuthType=auth/none
            CredType=cred/none
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            StateSaveLocation={Path.Combine(folder, "state")}
            SlurmdSpoolDir={Path.Combine(folder, "spool")}
            SlurmctldPidFile={Path.Combine(folder, "slurmctld.pid")}
            SlurmdPidFile={Path.Combine(folder, "slurmd.pid")}
            SlurmctldLogFile={Path.Combine(folder, "slurmctld.log")}
            SlurmdLogFile={Path.Combine(folder, "slurmd.log")}
            SlurmdParameters=config_overrides
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            MpiDefault=none
            SwitchType=switch/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            ReturnToService=2
            SchedulerParameters=sched_interval=2
            NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
            PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP

            """);
        Start("slurmctld");
        Start("slurmd");
        bool isUp = Wait(Patience, () => Run("sinfo", ["--noheader", "--format=%T"]).Output.Trim() == "idle");
        if (!isUp)
        {
            string log = string.Join(" / ", ((string[])["slurmctld.log", "slurmd.log"]).Where(name => File.Exists(Path.Combine(folder, name))).Select(name => File.ReadLines(Path.Combine(folder, name)).LastOrDefault()));
            Dispose();
            Skip.If(true, $"Slurm does not start here: {log}");
        }
    }

    /// <summary>Waits until something holds.</summary>
    public static bool Wait(TimeSpan patience, Func<bool> holds)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            if (clock.Elapsed > patience)
            {
                return false;
            }

            Thread.Sleep(100);
        }

        return true;
    }

    /// <summary>Runs a program with this cluster as its Slurm.</summary>
    public (int ExitCode, string Output) Run(string program, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(PathOf(program) ?? program, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Path.Combine(folder, "slurm.conf");
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        foreach (Process daemon in daemons.AsEnumerable().Reverse())
        {
            daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string? PathOf(string program) => SystemFolders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private void Start(string program)
    {
        // Logs go to the files that the configuration names.
        var start = new ProcessStartInfo(PathOf(program)!, ["-D", "-f", Path.Combine(folder, "slurm.conf")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        daemons.Add(process);
    }
}
