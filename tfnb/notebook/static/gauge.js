var E=`.tfnb-gauge {
  font-family: var(--jp-ui-font-family, var(--vscode-font-family, system-ui, sans-serif));
  font-size: 13px;
  line-height: 1.35;
  color: var(--jp-ui-font-color1, var(--vscode-foreground, CanvasText));
  max-width: 440px;
  padding: 2px 0;
}
.tfnb-gauge-title { font-weight: 600; margin-bottom: 4px; }
.tfnb-gauge-bar {
  position: relative;
  display: flex;
  height: 14px;
  border: 1px solid #787878;
  background: var(--jp-layout-color1, var(--vscode-editor-background, Canvas));
}
.tfnb-gauge-in-use { background: #0072b2; }
.tfnb-gauge-pool { background: #56b4e9; }
.tfnb-gauge-peak {
  position: absolute;
  top: -4px;
  bottom: -4px;
  width: 2px;
  margin-left: -1px;
  background: currentColor;
}
.tfnb-gauge .tfnb-gauge-table, .tfnb-gauge .tfnb-gauge-table tr, .tfnb-gauge .tfnb-gauge-table tr:hover {
  background: transparent;
  border: none;
  margin: 6px 0 2px 0;
  border-collapse: collapse;
  font-size: 12px;
}
.tfnb-gauge .tfnb-gauge-table th, .tfnb-gauge .tfnb-gauge-table td {
  padding: 0 5px;
  border: none;
  font-weight: normal;
  text-align: left;
  white-space: nowrap;
}
.tfnb-gauge .tfnb-gauge-table td { padding-right: 12px; font-variant-numeric: tabular-nums; min-width: 5em; }
.tfnb-gauge .tfnb-gauge-name-in_use { background: #0072b2; color: #fff; border-radius: 3px; }
.tfnb-gauge .tfnb-gauge-name-pool { background: #56b4e9; color: #000; border-radius: 3px; }
.tfnb-gauge .tfnb-gauge-name-peak { border-left: 2px solid currentColor; }
.tfnb-gauge-spark { display: block; width: 100%; height: 36px; stroke: #0072b2; }
.tfnb-gauge-device { font-size: 12px; margin-top: 2px; }
`;var F=["KiB","MiB","GiB","TiB","PiB"];function c(e){if(!Number.isFinite(e)||e<0)return"?";if(e<1024)return`${Math.round(e)} B`;let t=e/1024,a=0;for(;t>=999.5&&a<F.length-1;)t/=1024,a+=1;let o=t<9.995?2:t<99.95?1:0,r=(Math.floor(t*10**o+.5)/10**o).toFixed(o);return r.includes(".")&&(r=r.replace(/\.?0+$/,"")),`${r} ${F[a]}`}function i(e,t){let a=document.createElement(e);for(let[o,r]of Object.entries(t))a.setAttribute(o,r);return a}function y(e,t){let a=document.createElementNS("http://www.w3.org/2000/svg",e);for(let[o,r]of Object.entries(t))a.setAttribute(o,r);return a}var G={ja:{", ":"、","1 tensor":"テンソル 1 個","Go on":"再開","Memory of tensors":"テンソルのメモリ",Numbers:"数値の表","One step":"1 バッチ進む",Pause:"一時停止",Stop:"停止","The run is over.":"学習は終わっています。","The run is over: its kernel is gone.":"学習は終わっています。カーネルがもうありません。","This kernel does not hear buttons while a cell runs: use Jupyter's Stop, or install ipykernel 7.":"このカーネルは、セルの実行中はボタンに応答できません。Jupyter の停止ボタンを使うか、ipykernel 7 をインストールしてください。","This kernel does not hear buttons while a cell runs: use Jupyter's Stop, or train with `await model.fit_async(…)`.":"このカーネルは、セルの実行中はボタンに応答できません。Jupyter の停止ボタンを使うか、`await model.fit_async(…)` で学習してください。",Training:"学習","Training: {title}":"学習: {title}","about {time} left":"残り約 {time}","batch {batch}":"バッチ {batch}","batch {batch} of {batches}":"バッチ {batch}/{batches}",done:"完了",ended:"終了しました","ended by an error":"エラーで終了しました","ended early":"早めに終了しました","ended with its kernel":"カーネルとともに終了しました","ended: a value is not a number":"終了: 数でない値 (NaN) が出ました",epoch:"エポック","epoch {epoch}":"エポック {epoch}","epoch {epoch} of {epochs}":"エポック {epoch}/{epochs}",first:"最初",greatest:"最大","in use":"使用中","in use over the last {seconds} s, at most {amount}":"直近 {seconds} 秒の使用中メモリ、最大 {amount}",interrupted:"中断されました",last:"最後","learning rate {rate}":"学習率 {rate}",least:"最小","log scale":"対数目盛",name:"名前",paused:"一時停止中",peak:"最大","pool, free":"プールの空き",running:"実行中",stopped:"停止しました","stopping after this batch":"このバッチが終わったら停止します","the bar ends at":"バーの右端","{count} tensors":"テンソル {count} 個","{hours} h {minutes} min":"{hours} 時間 {minutes} 分","{minutes} min {seconds} s":"{minutes} 分 {seconds} 秒","{name} from {first} to {last}":"{name} は {first} から {last} へ","{name} {last}":"{name} は {last}","{renderer}, {total} in all":"{renderer}、全体で {total}","{renderer}: no memory of a GPU; this process takes {process}":"{renderer}: GPU メモリはありません。このプロセスのメモリは {process} です","{renderer}: no memory of a GPU; this process takes {process} of the machine's {total}":"{renderer}: GPU メモリはありません。このプロセスのメモリは {process} (マシン全体は {total}) です","{renderer}; its driver tells no total, this process takes {process} of the machine's memory":"{renderer}。ドライバが総量を教えてくれません。このプロセスがマシンのメモリを {process} 使っています","{seconds} s":"{seconds} 秒","{tensors}, {amount}":"{tensors}、{amount}"}};function O(e){let t=e==="ja"?"ja":"en",a=t==="ja"?G.ja:{};return Object.assign((r,m={})=>(a[r]??r).replace(/\{(\w+)\}/g,(h,b)=>m[b]??h),{language:t})}var f={width:440,height:36},_=["in_use","pool","peak","total","process","scale","renderer","device","language","history"],K=2e3;function q(e){let t=a=>{let o=Number(e.get(a));return Number.isFinite(o)&&o>0?o:0};return{inUse:t("in_use"),pool:t("pool"),peak:t("peak"),total:t("total"),process:t("process"),scale:Math.max(1,t("scale")),renderer:String(e.get("renderer")??""),device:e.get("device")==="process"?"process":"gpu",history:V(e.get("history"))}}function V(e){return Array.isArray(e)?e.slice(-600).filter(t=>Array.isArray(t)&&t.every(Number.isFinite)&&t.length===2).map(t=>[t[0],Math.max(0,t[1])]):[]}function W(e,t){let{renderer:a}=e,o=c(e.total),r=e.process?c(e.process):"?";return e.device==="gpu"?e.total?t("{renderer}, {total} in all",{renderer:a,total:o}):t("{renderer}; its driver tells no total, this process takes {process} of the machine's memory",{renderer:a,process:r}):e.total?t("{renderer}: no memory of a GPU; this process takes {process} of the machine's {total}",{renderer:a,process:r,total:o}):t("{renderer}: no memory of a GPU; this process takes {process}",{renderer:a,process:r})}function Y({model:e,el:t}){let a=i("div",{class:"tfnb-gauge-bar",role:"meter","aria-valuemin":"0"}),o=i("div",{class:"tfnb-gauge-in-use"}),r=i("div",{class:"tfnb-gauge-pool"}),m=i("div",{class:"tfnb-gauge-peak"});a.append(o,r,m);let h=i("div",{class:"tfnb-gauge-title"}),b=["in_use","pool","peak","end"].map(n=>({head:i("th",{scope:"row",class:`tfnb-gauge-name tfnb-gauge-name-${n}`}),value:i("td",{class:"tfnb-gauge-value"})})),U=i("table",{class:"tfnb-gauge-table"}),j=i("tr",{});for(let{head:n,value:s}of b)j.append(n,s);U.append(j);let M=y("polyline",{fill:"none","stroke-width":"1.5","stroke-linejoin":"round"}),w=y("svg",{class:"tfnb-gauge-spark",viewBox:`0 0 ${f.width} ${f.height}`,preserveAspectRatio:"none",role:"img"}),S=y("title",{});w.append(S,M);let T=i("div",{class:"tfnb-gauge-device"}),N=i("style",{});N.textContent=E;let p=i("div",{class:"tfnb-gauge",role:"group"});p.append(N,h,a,U,w,T),t.append(p);let C=-1/0,P=()=>{let n=q(e),s=O(e.get("language")),l=u=>`${Math.min(100,100*u/n.scale)}%`;p.lang=s.language,h.textContent=s("Memory of tensors"),p.setAttribute("aria-label",s("Memory of tensors")),o.style.width=l(n.inUse),r.style.width=l(Math.min(n.pool,n.scale-n.inUse)),m.style.left=l(n.peak),[[s("in use"),n.inUse],[s("pool, free"),n.pool],[s("peak"),n.peak],[s("the bar ends at"),n.scale]].forEach(([u,x],k)=>{let d=b[k];d&&(d.head.textContent=String(u),d.value.textContent=c(Number(x)))}),T.textContent=W(n,s);let g=performance.now();g-C>=K&&(C=g,a.setAttribute("aria-label",s("in use")),a.setAttribute("aria-valuemax",String(n.scale)),a.setAttribute("aria-valuenow",String(Math.min(n.inUse,n.scale))),a.setAttribute("aria-valuetext",`${c(n.inUse)}, ${s("peak")} ${c(n.peak)}`)),J(n,s)},J=(n,s)=>{let l=n.history,v=l[0],g=l[l.length-1],u=l.length>1&&v!==void 0&&g!==void 0;if(w.style.display=u?"":"none",!u)return;let x=Math.max(1e-9,g[0]-v[0]),k=Math.max(1,...l.map($=>$[1])),d=([$,R])=>`${(($-v[0])/x*f.width).toFixed(1)},${(f.height-2-R/k*(f.height-4)).toFixed(1)}`;M.setAttribute("points",l.map(d).join(" ")),S.textContent=s("in use over the last {seconds} s, at most {amount}",{seconds:x.toFixed(0),amount:c(k)})},A=0,B=()=>{A||=requestAnimationFrame(()=>{A=0,P()})};for(let n of _)e.on(`change:${n}`,B);return P(),e.send({kind:"view",language:document.documentElement.lang||""}),()=>{for(let n of _)e.off(`change:${n}`,B);cancelAnimationFrame(A),p.remove()}}var oe={render:Y};export{oe as default,W as deviceWords,q as reading};
