using System.Reflection;
using TileProof.Golden.Networks;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Caching;
using TileProof.Verification.Options;

namespace TileProof.Tests.Caching;

/// <summary>A network that is read instead of built must be the same in every bit, and must belong to what was asked for.</summary>
public sealed class CachedNetworkTests
{
    public static TheoryData<string> Names => [.. BuiltInNetworks.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_SecondTime_GivesTheSameNetworkWithoutBuilding(string name)
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        var options = new VerifyOptions { InputHeight = 16, InputWidth = 24, Batch = 2, PerChannelWeights = true };
        NetworkSource built = NetworkSource.Load(name, options, cache);
        NetworkSource read = NetworkSource.Load(name, options, cache);
        Assert.True(built.Model!.IsValueCreated);
        Assert.False(read.Model!.IsValueCreated);
        Assert.Equal(ContentHash.Of(built.Network), ContentHash.Of(read.Network));
        Assert.Equal(ContentHash.Of(NetworkSource.Load(name, options).Network), ContentHash.Of(read.Network));
    }

    /// <summary>Each option that decides the network builds another. Which do, and that no other does, <see cref="CacheKeyTests"/> says.</summary>
    [Fact]
    public void Load_OptionThatDecidesTheNetworkChanged_IsBuiltAnew()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        var options = new VerifyOptions { InputHeight = 8, InputWidth = 16 };
        NetworkSource.Load("resnet18", options, cache);
        foreach ((string name, VerifyOptions changed) in OptionSamples.OfEach(options))
        {
            bool isIrrelevant = CacheKeys.BuiltInNetworks.Irrelevant.ContainsKey(name);
            if (!isIrrelevant || name == nameof(VerifyOptions.Programs))
            {
                Assert.True(NetworkSource.Load("resnet18", changed, cache).Model!.IsValueCreated != isIrrelevant, name);
            }
        }
    }

    [Fact]
    public void Load_DamagedFile_IsBuiltAnewAndKeptAgain()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        var options = new VerifyOptions { InputHeight = 16, InputWidth = 16 };
        string hash = ContentHash.Of(NetworkSource.Load("resnet18", options, cache).Network);
        string path = Assert.Single(Directory.GetFiles(folder[CacheFolder.FolderName], "*.cache"));
        using (FileStream file = File.Open(path, FileMode.Open))
        {
            file.Position = file.Length / 2;
            int value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 4));
        }

        NetworkSource source = NetworkSource.Load("resnet18", options, cache);
        Assert.True(source.Model!.IsValueCreated);
        Assert.Equal(hash, ContentHash.Of(source.Network));
        Assert.False(NetworkSource.Load("resnet18", options, cache).Model!.IsValueCreated);
    }

    /// <summary>A field that this test leaves at its default in every call of its type could be lost without anyone noticing.</summary>
    [Fact]
    public void Read_EveryFieldOffItsDefault_GivesItBack()
    {
        Network network = NetworkSource.Load("resnet18", new VerifyOptions { InputHeight = 16, InputWidth = 16, Batch = 2 }).Network;
        OperatorCall[] calls = [.. network.Calls.Select(static call => call switch
        {
            Conv2dCall conv => conv with { StatedBiasScales = [.. conv.BiasScales.Select(MathF.BitIncrement)] },
            QuantizedLinearCall linear => linear with { WeightZeroPoint = -7 },
            _ => call,
        })];
        foreach (IGrouping<Type, OperatorCall> type in calls.GroupBy(static call => call.GetType()))
        {
            Assert.All(FieldsOf(type.Key), field => Assert.Contains(type, call => !IsDefault(field.GetValue(call))));
        }

        var changed = new Network("other", network.Input, calls);
        using var content = new MemoryStream();
        NetworkBytes.Write(content, changed);
        content.Position = 0;
        Assert.Equal(ContentHash.Of(changed), ContentHash.Of(NetworkBytes.Read(content)));
        Assert.Equal(content.Length, content.Position);
    }

    private static bool IsDefault(object? value) => value is null || (value.GetType().IsValueType && value.Equals(Activator.CreateInstance(value.GetType())));

    private static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        type == typeof(object) ? [] : type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Concat(FieldsOf(type.BaseType!));

    private static ResultCache Open(TemporaryFolder folder) => ResultCache.Open(folder.FullPath, new RecordedProgress())!;
}
