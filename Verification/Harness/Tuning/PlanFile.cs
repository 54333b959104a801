using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json;
using TileProof.Golden.Import;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Verification.Files;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>Reads and writes plan files: readable JSON, one entry a layer and bank setting.</summary>
public static class PlanFile
{
    private const int MaximumBytes = 64 * 1024 * 1024;
    private const string Format = "tileproof plans 1";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The text of a file.</summary>
    public static string Write(PlanSet plans)
    {
        ArgumentNullException.ThrowIfNull(plans);
        var content = new PlanFileContent
        {
            Format = Format,
            Banks =
            [
                .. plans.Banks.Select(static bank => new PlanFileBank
                {
                    Dram0Bytes = bank.Bank.TableBanks.Count == 2 ? bank.Bank.Dram0Bytes : null,
                    Dram1Bytes = bank.Bank.TableBanks.Count == 2 ? bank.Bank.Dram1Bytes : null,
                    BankBytes = bank.Bank.TableBanks.Count == 2 ? null : [.. bank.Bank.Banks],
                    PerChannelScales = bank.HasOutputScales,
                    Layers = [.. bank.Plans.Select(PlanFileLayer.Of)],
                }),
            ],
        };
        return JsonSerializer.Serialize(content, Options) + "\n";
    }

    /// <summary>Reads a file and checks every plan.</summary>
    /// <exception cref="UserInputException">The file cannot be read, or a plan cannot be run; the message names layer, field and reason.</exception>
    /// <param name="path">The file.</param>
    /// <param name="machine">The machine that the plans are for; null for the published one.</param>
    public static PlanSet Read(string path, DescribedMachine? machine = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Parse(path, InputFile.ReadText(path, MaximumBytes), machine);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot read the plan file '{path}': {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="name">The name of the file, for messages.</param>
    /// <param name="json">Its text.</param>
    /// <exception cref="UserInputException">See <see cref="Read"/>.</exception>
    /// <param name="machine">The machine that the plans are for; null for the published one.</param>
    public static PlanSet Parse(string name, string json, DescribedMachine? machine = null)
    {
        PlanFileContent content;
        try
        {
            content = JsonSerializer.Deserialize<PlanFileContent>(json, Options) ?? throw new UserInputException($"{name}: the file holds null");
        }
        catch (JsonException exception)
        {
            throw new UserInputException($"{name}: {PlanFileProblem.Describe(exception)}", exception);
        }

        if (content.Format != Format)
        {
            throw new UserInputException($"{name}: field format: '{content.Format}' is not '{Format}'");
        }

        var banks = new List<BankPlans>();
        RequireElements(name, "banks", content.Banks);
        if (content.Banks.Count == 0)
        {
            throw new UserInputException($"{name}: field banks: it has no bank setting");
        }

        foreach (PlanFileBank bank in content.Banks)
        {
            RequireElements(name, "layers", bank.Layers);
            BankSetting setting = ReadBank(name, bank, machine ?? DescribedMachine.Published);
            if (banks.Exists(other => other.Bank == setting))
            {
                throw new UserInputException($"{name}: field banks: {setting} occurs twice");
            }

            Conv2dTilePlan[] plans = [.. bank.Layers.Select(layer => new PlanFileCheck(name, setting, bank.PerChannelScales, layer).ToPlan())];
            if (plans.GroupBy(static plan => plan.Shape).FirstOrDefault(static group => group.Count() > 1) is { } twice)
            {
                throw new UserInputException($"{name}: layer {twice.Key.ConfigKey}, banks {setting}: field layer: it occurs twice");
            }

            banks.Add(new BankPlans(setting, plans, bank.PerChannelScales));
        }

        return new PlanSet(banks);
    }

    /// <summary>The declared types say that lists hold no nulls, and the reader does not check it.</summary>
    private static void RequireElements<T>(string name, string field, IReadOnlyList<T> elements)
        where T : class
    {
        if (elements.Contains(null!))
        {
            throw new UserInputException($"{name}: field {field}: null is no element of it");
        }
    }

    private static BankSetting ReadBank(string name, PlanFileBank bank, DescribedMachine machine)
    {
        int[] banks = (bank.BankBytes, bank.Dram0Bytes, bank.Dram1Bytes) switch
        {
            ({ } all, null, null) => [.. all],
            (null, int dram0, int dram1) => [dram0, dram1],
            _ => throw new UserInputException($"{name}: a bank setting has fields dram0Bytes and dram1Bytes, or bankBytes where there are not two banks"),
        };
        if (banks.All(static bytes => bytes == 0))
        {
            return BankSetting.WithoutBanks with { Machine = machine };
        }

        if (banks.Length != machine.Configuration.Banks.Count)
        {
            throw new UserInputException(
                string.Create(CultureInfo.InvariantCulture, $"{name}: a bank setting of {banks.Length} banks, and machine '{machine.Name}' has {machine.Configuration.Banks.Count}"));
        }

        try
        {
            return BankSetting.OfBanks(BankBytes.Of(banks), machine);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new UserInputException($"{name}: fields dram0Bytes and dram1Bytes: {exception.Message.Split(" (Parameter", StringSplitOptions.None)[0]}", exception);
        }
    }
}
