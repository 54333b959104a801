using System.Globalization;
using System.Reflection;
using TileProof.MutationTesting.Building;

namespace TileProof.MutationTesting.Running;

/// <summary>The switches in the mutated assemblies, as one, and those of the processes that tests start.</summary>
internal sealed class MutantSwitches : IDisposable
{
    private readonly List<Type> switches;
    private readonly byte[] reached;
    private string? reachedFolder;

    /// <summary>Takes hold of the switches.</summary>
    /// <param name="assemblies">The assemblies that hold mutants.</param>
    /// <param name="mutantCount">A number above that of every mutant.</param>
    public MutantSwitches(IEnumerable<Assembly> assemblies, int mutantCount)
    {
        switches = assemblies.Select(static assembly => assembly.GetType(MutantSwitchSource.TypeName, throwOnError: true)!).ToList();
        reached = new byte[mutantCount];
        TurnOff();
    }

    /// <summary>Turns one mutant on, and the one before it off.</summary>
    public void TurnOn(int mutant)
    {
        Set(MutantSwitchSource.ActiveField, mutant);
        Environment.SetEnvironmentVariable(MutantSwitchSource.MutantVariable, mutant.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Turns the mutant that is on off.</summary>
    public void TurnOff()
    {
        Set(MutantSwitchSource.ActiveField, -1);
        Environment.SetEnvironmentVariable(MutantSwitchSource.MutantVariable, null);
    }

    /// <summary>Notes from now on which mutants are reached.</summary>
    public void Watch()
    {
        reachedFolder = Directory.CreateTempSubdirectory("mutants-").FullName;
        Environment.SetEnvironmentVariable(MutantSwitchSource.ReachedFolderVariable, reachedFolder);
        Set(MutantSwitchSource.ReachedField, reached);
    }

    /// <summary>The mutants reached since the last call.</summary>
    public IReadOnlyList<int> TakeReached()
    {
        foreach (string file in Directory.EnumerateFiles(reachedFolder!))
        {
            byte[] elsewhere = File.ReadAllBytes(file);
            for (int i = 0; i < reached.Length && i < elsewhere.Length; i++)
            {
                reached[i] |= elsewhere[i];
            }

            File.Delete(file);
        }

        List<int> mutants = Enumerable.Range(0, reached.Length).Where(mutant => reached[mutant] != 0).ToList();
        Array.Clear(reached);
        return mutants;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (reachedFolder is not null)
        {
            Directory.Delete(reachedFolder, recursive: true);
        }
    }

    private void Set(string field, object value) => switches.ForEach(type => type.GetField(field)!.SetValue(null, value));
}
