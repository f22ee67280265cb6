/*! Built from js/ by "npm run build"; do not edit. Contains uPlot (MIT), see LICENSE.uplot.txt. */
(()=>{var Ul='.uplot, .uplot *, .uplot *::before, .uplot *::after {box-sizing: border-box;}.uplot {font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif\
, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji";line-height: 1.5;width: min-content;}.u-title {text-align: center;font-size: 18px;font-weight: bold;}.u-wrap {position: r\
elative;user-select: none;}.u-over, .u-under {position: absolute;}.u-under {overflow: hidden;}.uplot canvas {display: block;position: relative;width: 100%;height: 100%;}.u-axis {position: absolute;}.u\
-legend {font-size: 14px;margin: auto;text-align: center;}.u-inline {display: block;}.u-inline * {display: inline-block;}.u-inline tr {margin-right: 16px;}.u-legend th {font-weight: 600;}.u-legend th \
> * {vertical-align: middle;display: inline-block;}.u-legend .u-marker {width: 1em;height: 1em;margin-right: 4px;background-clip: padding-box !important;}.u-inline.u-live th::after {content: ":";verti\
cal-align: middle;}.u-inline:not(.u-live) .u-value {display: none;}.u-series > * {padding: 4px;}.u-series th {cursor: pointer;}.u-legend .u-off > * {opacity: 0.3;}.u-select {background: rgba(0,0,0,0.0\
7);position: absolute;pointer-events: none;}.u-cursor-x, .u-cursor-y {position: absolute;left: 0;top: 0;pointer-events: none;will-change: transform;}.u-hz .u-cursor-x, .u-vt .u-cursor-y {height: 100%;\
border-right: 1px dashed #607D8B;}.u-hz .u-cursor-y, .u-vt .u-cursor-x {width: 100%;border-bottom: 1px dashed #607D8B;}.u-cursor-pt {position: absolute;top: 0;left: 0;border-radius: 50%;border: 0 soli\
d;pointer-events: none;will-change: transform;/*this has to be !important since we set inline "background" shorthand */background-clip: padding-box !important;}.u-axis.u-off, .u-select.u-off, .u-curso\
r-x.u-off, .u-cursor-y.u-off, .u-cursor-pt.u-off {display: none;}';var Xa=new Intl.NumberFormat("en-US",{maximumFractionDigits:20}),tc=new Intl.NumberFormat("en-US",{notation:"compact",maximumSignificantDigits:3}),Gl=new Map,xs=e=>e==null||Number.isNaN(e);function ln(e){
return xs(e)?"–":Xa.format(e)}function ys(e){return xs(e)?"–":tc.format(e)}function we(e,t){if(xs(e))return"–";let s=Gl.get(t);if(!s){let n={minimumFractionDigits:t,maximumFractionDigits:t,signDisplay:"\
negative"};Gl.set(t,s=new Intl.NumberFormat("en-US",n))}return s.format(e)}function bt(e){return xs(e)?"–":new Date(e*864e5).toISOString().slice(0,10)}function Ue(e){let t=/^\s*(\d{4})-(\d{2})-(\d{2})\s*$/.
exec(e);if(!t)return null;let s=Date.UTC(t[1],t[2]-1,t[3])/864e5;return bt(s)===e.trim()?s:null}var ec=new Set(["button","input","select","textarea"]);function T(e,t={},...s){let n=document.createElement(e);ec.has(e)&&(n.dataset.lmSuppressShortcuts="true");for(let[o,l]of Object.entries(t))o.startsWith(
"on")?n.addEventListener(o.slice(2),l):o in n&&typeof l!="string"?n[o]=l:l!=null&&l!==!1&&n.setAttribute(o,l);return n.append(...s.filter(o=>o!==null)),n}function Ne(e,t){e.textContent!==t&&(e.textContent=
t)}function jl(e){let t=e.filter(l=>!Number.isNaN(l)).sort(),s=0;for(let l=0;l<t.length;l++)(l===0||t[l]!==t[s-1])&&(t[s++]=t[l]);let n=t.slice(0,s),o=new Int32Array(e.length);for(let l=0;l<e.length;l++){
let i=e[l];if(Number.isNaN(i))continue;let a=0,u=s-1;for(;a<u;){let p=a+u>>1;n[p]<i?a=p+1:u=p}o[l]=a+1}return{ranks:o,distinct:n}}var mo=class{constructor(t){for(this.sums=new Int32Array(t+1),this.counts=
new Int32Array(t+1),this.size=0,this.top=1;this.top*2<=t;)this.top*=2}add(t,s){let{sums:n}=this;this.size+=s,this.counts[t]+=s;for(let o=t;o<n.length;o+=o&-o)n[o]+=s}below(t){let s=0;for(let n=t-1;n>0;n-=
n&-n)s+=this.sums[n];return s}select(t){let{sums:s}=this,n=0;for(let o=this.top;o>0;o>>=1)n+o<s.length&&s[n+o]<t&&(n+=o,t-=s[n]);return n+1}};function Yl({ranks:e,distinct:t},s,n){let o=new mo(t.length);
for(let l=0;l<e.length;l++)e[l]>0&&o.add(e[l],1),l>=s&&e[l-s]>0&&o.add(e[l-s],-1),n(o,l)}function Kl(e,t,s=t){let n=new Float64Array(e.ranks.length).fill(NaN);return Yl(e,t,(o,l)=>{let i=e.ranks[l];i>
0&&o.size>=s&&(n[l]=(o.below(i)+(o.counts[i]+1)/2)/o.size)}),n}function ql(e,t,s=t){let n=new Float64Array(e.ranks.length).fill(NaN),o=(l,i)=>e.distinct[l.select(i)-1];return Yl(e,t,(l,i)=>{let a=l.size;
a===0||a<s||(n[i]=a%2?o(l,(a+1)/2):(o(l,a/2)+o(l,a/2+1))/2)}),n}function vs(e,t,s=null){let n=e.length,o=new Float64Array(n);for(let l=0;l<n;l++){let i=t[l]!==0&&(s===null||s[l])?e[l]/t[l]:NaN;o[l]=Number.isFinite(i)?i:NaN}return o}function es(e,t){let s=e.length,
n=new Int32Array(s);for(let o=0,l=0;o<s;o++)l+=e[o],o>=t&&(l-=e[o-t]),n[o]=l;return n}function xo(e,t){let s=e.length,n=Math.max(Math.min(t,s),1),o=new Float64Array(s);for(let l=0;l<s;l+=n){let i=Math.
min(l+n,s);for(let a=l,u=0;a<i;a++)o[a]=u+=e[a]}for(let l=0;l+n<=s;l+=n)for(let i=l+n-1,a=0;i>l;i--)a+=e[i],i+n<=s&&(o[i+n-1]+=a);return o}function yo(e,t,s,n=s){let o=xo(e,s),l=o.length;for(let i=0;i<
l;i++){let a=t[i]>=n&&t[i]!==0?o[i]/t[i]:NaN;o[i]=Number.isFinite(a)?a:NaN}return o}function vo(e,t,s){let n=e.length,o=new Float64Array(n),l=new Float64Array(n);if(n===0)return{fromMean:o,squares:l};
let i=Math.min(s,n),a=Math.ceil(n/i),u=new Float64Array(a),p=new Float64Array(n),g=new Int32Array(n);for(let d=0;d<a;d++){let b=d*i,y=Math.min(b+i,n),M=u[d]=Jl(e,t,b,y,1),N=0,O=0,z=0,v=0;for(let _=b;_<
y;_++){let k=t[_]?e[_]-M:0,j=_===b?k:k-z;N+=t[_],O+=k,z=O/Math.max(N,1),v+=j*j*((N-1)*t[_]/Math.max(N,1)),g[_]=N,p[_]=z,l[_]=v,o[_]=e[_]-M-z}}return i===1||n<=i?{fromMean:o,squares:l}:(nc({filled:e,valid:t,
size:i,centres:u,means:p,counts:g,fromMean:o,squares:l}),{fromMean:o,squares:l})}function nc({filled:e,valid:t,size:s,centres:n,means:o,counts:l,fromMean:i,squares:a}){let u=e.length,p=0;for(let g=0,d=0;g+
s<=u;g+=s,d++){let b=Jl(e,t,g+s-1,g-1,-1),y=0,M=0,N=0,O=0;for(let z=g+s-1;z>=g;z--){let v=t[z]?e[z]-b:0,_=z===g+s-1?v:v-N;y+=t[z],M+=v,N=M/Math.max(y,1),O+=_*_*((y-1)*t[z]/Math.max(y,1));let k=z+s-1;if(k>=
u||k<s)continue;let j=z===g,D=j?0:y,F=l[k],R=F>0?D/Math.max(D+F,1):0,I=n[j?d:d+1]-(j?p:b);I+=o[k]-N,i[k]+=I*R,a[k]+=O*(D>0)+I*I*R*F}p=b}}function Jl(e,t,s,n,o){for(let l=s;l!==n;l+=o)if(t[l])return e[l];
return 0}var go=2**26;function Zl(e){let t=e.length,s=0;for(let l=0;l<t;l++){let i=e[l];if(!Number.isInteger(i))return null;i>s&&(s=i)}if(s*t>=2**62)return null;if(s*t<=Number.MAX_SAFE_INTEGER){let l=bo(
e,i=>i);return i=>wo(l,i)}let n=bo(e,l=>l%go),o=bo(e,l=>Math.floor(l/go));return l=>{let i=wo(o,l),a=wo(n,l);for(let u=0;u<t;u++)i[u]=i[u]*go+a[u];return i}}function bo(e,t){let s=new Float64Array(e.length+
1);for(let n=0;n<e.length;n++)s[n+1]=s[n]+t(e[n]);return s}function wo(e,t){let s=e.length-1,n=new Float64Array(s);for(let o=0;o<s;o++)n[o]=e[o+1]-e[Math.max(o+1-t,0)];return n}var sc=["sum","mean","median","ema"],ks=class{#t=new Map;constructor(t,s){if(t.length!==s.length)throw new RangeError(`${t.length} calls and ${s.length} puts: one of each a day.`);let n=t.length;this.
length=n,this.call=t,this.put=s,this.hasBoth=new Uint8Array(n),this.ratio=new Float64Array(n),this.hasRatio=new Uint8Array(n),this.filled=new Float64Array(n);for(let o=0;o<n;o++){this.hasBoth[o]=Number.
isNaN(t[o])||Number.isNaN(s[o])?0:1;let l=this.hasBoth[o]&&t[o]!==0?s[o]/t[o]:NaN;this.hasRatio[o]=Number.isFinite(l)?1:0,this.ratio[o]=this.hasRatio[o]?l:NaN,this.filled[o]=this.hasRatio[o]?l:0}}#e(t,s){
return this.#t.has(t)||this.#t.set(t,s()),this.#t.get(t)}get order(){return this.#e("order",()=>jl(this.ratio))}get sums(){return this.#e("sums",()=>{let t=[this.call,this.put].map(n=>n.map((o,l)=>this.
hasBoth[l]?o:0)),s=t.map(Zl);return s.includes(null)?t.map(n=>o=>xo(n,o)):s})}};function Ql({call:e,put:t}){return vs(t,e.map((s,n)=>s+t[n]))}function rn(e,t,s,n=t){switch(s){case"sum":{let o=es(e.hasBoth,
t).map(a=>a>=n?1:0),[l,i]=e.sums.map(a=>a(t));return vs(i,l,o)}case"mean":return yo(e.filled,es(e.hasRatio,t),t,n);case"median":return ql(e.order,t,n);case"ema":return oc(e.ratio,t,n);default:throw new RangeError(
`how=${s} must be one of ${sc.join(", ")}.`)}}function oc(e,t,s){let n=1/(1+(t-1)/2),o=1-n,l=new Float64Array(e.length),i=NaN,a=0;for(let u=0;u<e.length;u++){let p=e[u];Number.isNaN(p)||(a++,Number.isNaN(
i)?i=p:i!==p&&(i=(o*i+n*p)/(o+n))),l[u]=a>=s?i:NaN}return l}function Xl({filled:e,hasRatio:t},s,n=s){let o=es(t,s),{fromMean:l,squares:i}=vo(e,t,s),a=Math.max(n,2);for(let u=0;u<l.length;u++){let p=Math.
sqrt(i[u]/Math.max(o[u]-1,1)),g=t[u]&&o[u]>=a&&p!==0?l[u]/p:NaN;l[u]=Number.isFinite(g)?g:NaN}return l}function ti(e,t,s=t){return Kl(e.order,t,s)}function ei({filled:e,hasRatio:t},s,n,o=s){if(!(n>0))
throw new RangeError(`k=${n} must be a number above 0.`);let l=e.length,i=es(t,s),a=yo(e,i,s,o),{squares:u}=vo(e,t,s),p=new Float64Array(l),g=new Float64Array(l),d=Math.max(o,2),b=y=>Number.isFinite(y)?
y:NaN;for(let y=0;y<l;y++){let M=i[y]>=d?b(u[y]/(i[y]-1)):NaN,N=n*Math.sqrt(M);p[y]=b(a[y]+N),g[y]=b(a[y]-N)}return{middle:a,upper:p,lower:g}}function ni(e,t,s){if(t>=s)throw new RangeError(`short=${t}\
, long=${s}: short must be shorter than long.`);return vs(rn(e,t,"mean"),rn(e,s,"mean")).map(o=>o-1)}function si({ratio:e},t){return e.map((s,n)=>n<t?NaN:s-e[n-t])}function oi(e,t,s){if(!(t<s))throw new RangeError(
`lower=${t}, upper=${s}: lower must be below upper.`);let n=new Int8Array(e.length);for(let o=0;o<n.length;o++)n[o]=(e[o]>=s)-(e[o]<=t);return n}function li(e,t=0){let s=[];for(let n=0;n<e.length;n++){
if(e[n]===0)continue;let o=s.at(-1);o&&o.side===e[n]&&n-o.last<=t+1?o.last=n:s.push({side:e[n],first:n,last:n})}return s}var Ln={zscore:(e,{lookback:t})=>e.recall("zscore",Xl,t),percentile:(e,{lookback:t})=>e.recall("percentile",ti,t),rolling_ratio:(e,{window:t})=>e.recall("sum",rn,t,"sum"),ema:(e,{window:t})=>e.recall(
"ema",rn,t,"ema"),median:(e,{window:t})=>e.recall("median",rn,t,"median"),detrend:(e,{window:t,lookback:s})=>e.recall("detrend",ic,t,s),momentum:(e,{window:t})=>e.recall("momentum",si,t),put_share:e=>e.
recall("put_share",Ql)},lc=Object.keys(Ln);function ic(e,t,s){if(t>=s)throw new RangeError(`Window ${t} is not shorter than Lookback ${s}, as the detrended ratio requires. Move one of the sliders, or \
choose another metric.`);return ni(e,t,s)}var ko=class{#t=new Map;constructor(t,s){this.days=t,this.counts=s}recall(t,s,...n){let o=this.#t.get(t);if(o&&o.settings.every((i,a)=>Object.is(i,n[a])))return o.
result;let l=s(this.counts,...n);return this.#t.set(t,{settings:n,result:l}),l}};function ii({days:e,call:t,put:s}){if(e.length!==t.length)throw new RangeError(`${e.length} days and ${t.length} calls:\
 one of each a day.`);return new ko(e,new ks(t,s))}function So(e,t){let{window:s,lookback:n,metric:o,lower:l,upper:i,k:a}=t;if(!Object.hasOwn(Ln,o))throw new RangeError(`metric=${o} must be one of ${lc.
join(", ")}.`);let u=e.recall("bands",ei,s,a);return{ratio:e.counts.ratio,mean:u.middle,upper:u.upper,lower:u.lower,slow_mean:e.recall("slow_mean",rn,n,"mean"),metric:Ln[o](e,t),zscore:Ln.zscore(e,t),
percentile:Ln.percentile(e,t),extreme:e.recall("extreme",rc,n,l,i,e)}}function rc(e,t,s,n,o){return oi(Ln.percentile(o,{lookback:t}),s,n)}function ri(e,t,s=e.days.length){let n=So(e,t),o=Math.min(s,e.
days.length)-1;for(;o>=0&&Number.isNaN(n.ratio[o]);)o--;let l=u=>o>=0?u[o]:NaN,i=li(n.extreme.subarray(0,o+1)).at(-1),a=o>=0?n.extreme[o]:0;return{row:o,day:o>=0?e.days[o]:null,ratio:l(n.ratio),change:o>
0?n.ratio[o]-n.ratio[o-1]:NaN,mean:l(n.mean),metric:l(n.metric),percentile:l(n.percentile),zscore:l(n.zscore),side:a,age:a?i.last-i.first+1:0,since:i?o-i.last:null}}var ai=e=>e.buffer.slice(e.byteOffset,e.byteOffset+e.byteLength),ac=e=>new Int32Array(ai(e)),Mo=e=>new Float64Array(ai(e)),Ao=new WeakMap;function ci(e){return Ao.has(e)||Ao.set(e,{series:e.series.map(
t=>{let s=ac(t.days),[n,o]=[Mo(t.call),Mo(t.put)],l=t.price?Mo(t.price):null;return{...t,days:s,call:n,put:o,price:l,prepared:ii({days:s,call:n,put:o})}})}),Ao.get(e).series}function $n(e,t){let[s,n]=[
0,e.length];for(;s<n;){let o=s+n>>1;e[o]<t?s=o+1:n=o}return s}function cc(e){let[t]=e;if(e.every(({days:n})=>ui(n,t.days)))return t.days;let s=new Set;for(let n of e)for(let o of n.days)s.add(o);return Int32Array.
from(s).sort()}var ui=(e,t)=>e.length===t.length&&e.every((s,n)=>s===t[n]);function fi(e,[t,s]){let n=e.map(l=>{let[i,a]=[$n(l.days,t),$n(l.days,s+1)];return{series:l,begin:i,end:a,days:l.days.subarray(
i,a),places:null,placed:new WeakMap}}),o=n.length?cc(n):new Int32Array;for(let l of n)if(!ui(l.days,o)){l.places=new Int32Array(l.days.length);for(let i=0,a=0;i<l.days.length;i++){for(;o[a]<l.days[i];)
a++;l.places[i]=a}}return{days:o,parts:n}}function hi({days:e,parts:t},s){for(let n of t)n.result=So(n.series.prepared,s);return{days:e,parts:t,zoom:uc(s.zoom,e)}}function uc(e,t){let s=[0,Math.max(t.
length-1,0)];if(!e)return s;let[n,o]=e.map(a=>Date.parse(a)/864e5),[l,i]=[$n(t,n),$n(t,o+1)-1];return l<=i?[l,i]:s}function an(e,t,s){let{places:n,begin:o,end:l,placed:i}=e,a=i.get(t);if(!a){a=new Array(
s).fill(void 0);for(let u=o;u<l;u++){let p=t[u];a[n?n[u-o]:u-o]=p===p?p:null}i.set(t,a)}return a}function Ge(e,t){let[s,n]=[t.days[t.zoom[0]],t.days[t.zoom[1]]];return s===void 0?[e.begin,e.begin]:[Math.
max(e.begin,$n(e.series.days,s)),Math.min(e.end,$n(e.series.days,n+1))]}var fc=700,ze=(e,t,s,n,o={})=>({id:e,label:t,stroke:s,values:n,digits:2,width:1.5,...o});function pi(e,t,s,n,o){let{result:l,series:i}=e,a=t.days.length,u=b=>an(e,b,a),p=n.metrics[s.metric],g=u(l.extreme),
d=[hc(e,a,o,s.hidden.includes("volume.call"))];return d.push({id:"ratio",title:"Put/call ratio",height:.42,extreme:g,lines:[ze("upper","band",o.band,u(l.upper),{band:!0,width:0}),ze("lower","",o.band,
u(l.lower),{bandEnd:!0,width:0}),ze("ratio","ratio",o.ratio,u(l.ratio),{width:1}),ze("mean",`mean ${s.window}`,o.mean,u(l.mean),{width:2}),ze("slow",`mean ${s.lookback}`,o.slow,u(l.slow_mean),{dash:[5,
4]})]}),d.push({id:"metric",title:mi(p.title),height:.28,extreme:g,marks:p.marks,limits:s.metric==="percentile"?[0,1]:null,lines:[ze("metric",p.title,o.metric,u(l.metric),{digits:s.metric==="percentil\
e"?3:2})]}),i.price&&d.push({id:"price",title:i.priceName,height:.3,extreme:g,marked:!0,lines:[ze("price",i.priceName,o.price,u(i.price))]}),d}function hc(e,t,s,n){let{call:o,put:l}=e.series,i=an(e,o,
t),a=an(e,l,t);e.totals??=a.map((p,g)=>p==null||i[g]==null?p:p+i[g]);let u=t>fc?"area":"bars";return{id:"volume",title:"Contracts",height:.3,limits:[0,null],compact:!0,lines:[ze("put","puts",s.put,n?a:
e.totals,{paths:u,shown:a,count:!0}),ze("call","calls",s.call,i,{paths:u,shown:i,count:!0})]}}function di(e,t,s,n){let o=s.metrics[t.metric];return{id:"compare",title:mi(o.title),height:1,marks:o.marks,
limits:t.metric==="percentile"?[0,1]:null,lines:e.parts.map((l,i)=>ze(l.series.title,l.series.title,n.lines[i%n.lines.length],an(l,l.result.metric,e.days.length),{width:1.5,digits:t.metric==="percenti\
le"?3:2}))}}var mi=e=>e[0].toUpperCase()+e.slice(1);var pc="uplot",dc="u-hz",mc="u-vt",gc="u-title",bc="u-wrap",wc="u-under",xc="u-over",yc="u-axis",fn="u-off",vc="u-select",kc="u-cursor-x",Sc="u-cursor-y",Mc="u-cursor-pt",Ac="u-legend",Ec="u-live",Tc="\
u-inline",_c="u-series",Nc="u-marker",gi="u-label",zc="u-value",ss="width",os="height";var bi="bottom",Fn="left",Eo="right",Wo="#000",wi=Wo+"0",To="mousemove",xi="mousedown",_o="mouseup",yi="mouseenter",vi="mouseleave",ki="dblclick",Cc="resize",Dc="scroll",Si="change",Ts="dppxchange",Uo="\
--",Wn=typeof window<"u",Po=Wn?document:null,Rn=Wn?window:null,Pc=Wn?navigator:null,it,Ss;function Lo(){let e=devicePixelRatio;it!=e&&(it=e,Ss&&Fo(Si,Ss,Lo),Ss=matchMedia(`(min-resolution: ${it-.001}d\
ppx) and (max-resolution: ${it+.001}dppx)`),hn(Si,Ss,Lo),Rn.dispatchEvent(new CustomEvent(Ts)))}function ne(e,t){if(t!=null){let s=e.classList;!s.contains(t)&&s.add(t)}}function $o(e,t){let s=e.classList;
s.contains(t)&&s.remove(t)}function wt(e,t,s){e.style[t]=s+"px"}function xe(e,t,s,n){let o=Po.createElement(e);return t!=null&&ne(o,t),s?.insertBefore(o,n),o}function fe(e,t){return xe("div",e,t)}var Mi=new WeakMap;
function Ce(e,t,s,n,o){let l="translate("+t+"px,"+s+"px)",i=Mi.get(e);l!=i&&(e.style.transform=l,Mi.set(e,l),t<0||s<0||t>n||s>o?ne(e,fn):$o(e,fn))}var Ai=new WeakMap;function Ei(e,t,s){let n=t+s,o=Ai.
get(e);n!=o&&(Ai.set(e,n),e.style.background=t,e.style.borderColor=s)}var Ti=new WeakMap;function _i(e,t,s,n){let o=t+""+s,l=Ti.get(e);o!=l&&(Ti.set(e,o),e.style.height=s+"px",e.style.width=t+"px",e.style.
marginLeft=n?-t/2+"px":0,e.style.marginTop=n?-s/2+"px":0)}var Go={passive:!0},Lc={...Go,capture:!0};function hn(e,t,s,n){t.addEventListener(e,s,n?Lc:Go)}function Fo(e,t,s,n){t.removeEventListener(e,s,
Go)}Wn&&Lo();function ye(e,t,s,n){let o;s=s||0,n=n||t.length-1;let l=n<=2147483647;for(;n-s>1;)o=l?s+n>>1:se((s+n)/2),t[o]<e?s=o:n=o;return e-t[s]<=t[n]-e?s:n}function nr(e){return(s,n,o)=>{let l=-1,i=-1;
for(let a=n;a<=o;a++)if(e(s[a])){l=a;break}for(let a=o;a>=n;a--)if(e(s[a])){i=a;break}return[l,i]}}var sr=e=>e!=null,or=e=>e!=null&&e>0,zs=nr(sr),$c=nr(or);function Fc(e,t,s,n=0,o=!1){let l=o?$c:zs,i=o?
or:sr;[t,s]=l(e,t,s);let a=e[t],u=e[t];if(t>-1)if(n==1)a=e[t],u=e[s];else if(n==-1)a=e[s],u=e[t];else for(let p=t;p<=s;p++){let g=e[p];i(g)&&(g<a?a=g:g>u&&(u=g))}return[a??ft,u??-ft]}function Cs(e,t,s,n){
let o=Ci(e),l=Ci(t);e==t&&(o==-1?(e*=s,t/=s):(e/=s,t*=s));let i=s==10?$e:lr,a=o==1?se:he,u=l==1?he:se,p=a(i(zt(e))),g=u(i(zt(t))),d=In(s,p),b=In(s,g);return s==10&&(p<0&&(d=ht(d,-p)),g<0&&(b=ht(b,-g))),
n||s==2?(e=d*o,t=b*l):(e=cr(e,d),t=Ds(t,b)),[e,t]}function jo(e,t,s,n){let o=Cs(e,t,s,n);return e==0&&(o[0]=0),t==0&&(o[1]=0),o}var Yo=.1,Ni={mode:3,pad:Yo},is={pad:0,soft:null,mode:0},Oc={min:is,max:is};
function _s(e,t,s,n){return Ps(s)?zi(e,t,s):(is.pad=s,is.soft=n?0:null,is.mode=n?3:0,zi(e,t,Oc))}function ot(e,t){return e??t}function Rc(e,t,s){for(t=ot(t,0),s=ot(s,e.length-1);t<=s;){if(e[t]!=null)return!0;
t++}return!1}function zi(e,t,s){let n=s.min,o=s.max,l=ot(n.pad,0),i=ot(o.pad,0),a=ot(n.hard,-ft),u=ot(o.hard,ft),p=ot(n.soft,ft),g=ot(o.soft,-ft),d=ot(n.mode,0),b=ot(o.mode,0),y=t-e,M=$e(y),N=jt(zt(e),
zt(t)),O=$e(N),z=zt(O-M);(y<1e-24||z>10)&&(y=0,(e==0||t==0)&&(y=1e-24,d==2&&p!=ft&&(l=0),b==2&&g!=-ft&&(i=0)));let v=y||N||1e3,_=$e(v),k=In(10,se(_)),j=v*(y==0?e==0?.1:1:l),D=ht(cr(e-j,k/10),24),F=e>=
p&&(d==1||d==3&&D<=p||d==2&&D>=p)?p:ft,R=jt(a,D<F&&e>=F?F:ve(F,D)),I=v*(y==0?t==0?.1:1:i),V=ht(Ds(t+I,k/10),24),E=t<=g&&(b==1||b==3&&V>=g||b==2&&V<=g)?g:-ft,J=ve(u,V>E&&t<=E?E:jt(E,V));return R==J&&R==
0&&(J=100),[R,J]}var Ic=new Intl.NumberFormat(Wn?Pc.language:"en-US"),Ko=e=>Ic.format(e),oe=Math,Es=oe.PI,zt=oe.abs,se=oe.floor,Nt=oe.round,he=oe.ceil,ve=oe.min,jt=oe.max,In=oe.pow,Ci=oe.sign,$e=oe.log10,
lr=oe.log2,Vc=(e,t=1)=>oe.sinh(e)*t,No=(e,t=1)=>oe.asinh(e/t),ft=1/0;function Di(e){return($e((e^e>>31)-(e>>31))|0)+1}function Oo(e,t,s){return ve(jt(e,t),s)}function ir(e){return typeof e=="function"}
function tt(e){return ir(e)?e:()=>e}var Hc=()=>{},rr=e=>e,ar=(e,t)=>t,Bc=e=>null,Pi=e=>!0,Li=(e,t)=>e==t,Wc=/\.\d*?(?=9{6,}|0{6,})/gm,pn=e=>{if(fr(e)||Ye.has(e))return e;let t=`${e}`,s=t.match(Wc);if(s==
null)return e;let n=s[0].length-1;if(t.indexOf("e-")!=-1){let[o,l]=t.split("e");return+`${pn(o)}e${l}`}return ht(e,n)};function cn(e,t){return pn(ht(pn(e/t))*t)}function Ds(e,t){return pn(he(pn(e/t))*
t)}function cr(e,t){return pn(se(pn(e/t))*t)}function ht(e,t=0){if(fr(e))return e;let s=10**t,n=e*s*(1+Number.EPSILON);return Nt(n)/s}var Ye=new Map;function ur(e){return((""+e).split(".")[1]||"").length}
function as(e,t,s,n){let o=[],l=n.map(ur);for(let i=t;i<s;i++){let a=zt(i),u=ht(In(e,i),a);for(let p=0;p<n.length;p++){let g=e==10?+`${n[p]}e${i}`:n[p]*u,d=(i>=0?0:a)+(i>=l[p]?0:l[p]),b=e==10?g:ht(g,d);
o.push(b),Ye.set(b,d)}}return o}var rs={},qo=[],Vn=[null,null],je=Array.isArray,fr=Number.isInteger,Uc=e=>e===void 0;function $i(e){return typeof e=="string"}function Ps(e){let t=!1;if(e!=null){let s=e.
constructor;t=s==null||s==Object}return t}function Gc(e){return e!=null&&typeof e=="object"}var jc=Object.getPrototypeOf(Uint8Array),hr="__proto__";function Hn(e,t=Ps){let s;if(je(e)){let n=e.find(o=>o!=
null);if(je(n)||t(n)){s=Array(e.length);for(let o=0;o<e.length;o++)s[o]=Hn(e[o],t)}else s=e.slice()}else if(e instanceof jc)s=e.slice();else if(t(e)){s={};for(let n in e)n!=hr&&(s[n]=Hn(e[n],t))}else s=
e;return s}function Et(e){let t=arguments;for(let s=1;s<t.length;s++){let n=t[s];for(let o in n)o!=hr&&(Ps(e[o])?Et(e[o],Hn(n[o])):e[o]=Hn(n[o]))}return e}var Yc=0,Kc=1,qc=2;function Jc(e,t,s){for(let n=0,
o,l=-1;n<t.length;n++){let i=t[n];if(i>l){for(o=i-1;o>=0&&e[o]==null;)e[o--]=null;for(o=i+1;o<s&&e[o]==null;)e[l=o++]=null}}}function Zc(e,t){if(tu(e)){let i=e[0].slice();for(let a=1;a<e.length;a++)i.
push(...e[a].slice(1));return eu(i[0])||(i=Xc(i)),i}let s=new Set;for(let i=0;i<e.length;i++){let u=e[i][0],p=u.length;for(let g=0;g<p;g++)s.add(u[g])}let n=[Array.from(s).sort((i,a)=>i-a)],o=n[0].length,
l=new Map;for(let i=0;i<o;i++)l.set(n[0][i],i);for(let i=0;i<e.length;i++){let a=e[i],u=a[0];for(let p=1;p<a.length;p++){let g=a[p],d=Array(o).fill(void 0),b=t?t[i][p]:Kc,y=[];for(let M=0;M<g.length;M++){
let N=g[M],O=l.get(u[M]);N===null?b!=Yc&&(d[O]=N,b==qc&&y.push(O)):d[O]=N}Jc(d,y,o),n.push(d)}}return n}var Qc=typeof queueMicrotask>"u"?e=>Promise.resolve().then(e):queueMicrotask;function Xc(e){let t=e[0],
s=t.length,n=Array(s);for(let l=0;l<n.length;l++)n[l]=l;n.sort((l,i)=>t[l]-t[i]);let o=[];for(let l=0;l<e.length;l++){let i=e[l],a=Array(s);for(let u=0;u<s;u++)a[u]=i[n[u]];o.push(a)}return o}function tu(e){
let t=e[0][0],s=t.length;for(let n=1;n<e.length;n++){let o=e[n][0];if(o.length!=s)return!1;if(o!=t){for(let l=0;l<s;l++)if(o[l]!=t[l])return!1}}return!0}function eu(e,t=100){let s=e.length;if(s<=1)return!0;
let n=0,o=s-1;for(;n<=o&&e[n]==null;)n++;for(;o>=n&&e[o]==null;)o--;if(o<=n)return!0;let l=jt(1,se((o-n+1)/t));for(let i=e[n],a=n+l;a<=o;a+=l){let u=e[a];if(u!=null){if(u<=i)return!1;i=u}}return!0}var pr=[
"January","February","March","April","May","June","July","August","September","October","November","December"],dr=["Sunday","Monday","Tuesday","Wednesday","Thursday","Friday","Saturday"];function mr(e){
return e.slice(0,3)}var nu=dr.map(mr),su=pr.map(mr),ou={MMMM:pr,MMM:su,WWWW:dr,WWW:nu};function ns(e){return(e<10?"0":"")+e}function lu(e){return(e<10?"00":e<100?"0":"")+e}var iu={YYYY:e=>e.getFullYear(),
YY:e=>(e.getFullYear()+"").slice(2),MMMM:(e,t)=>t.MMMM[e.getMonth()],MMM:(e,t)=>t.MMM[e.getMonth()],MM:e=>ns(e.getMonth()+1),M:e=>e.getMonth()+1,DD:e=>ns(e.getDate()),D:e=>e.getDate(),WWWW:(e,t)=>t.WWWW[e.
getDay()],WWW:(e,t)=>t.WWW[e.getDay()],HH:e=>ns(e.getHours()),H:e=>e.getHours(),h:e=>{let t=e.getHours();return t==0?12:t>12?t-12:t},AA:e=>e.getHours()>=12?"PM":"AM",aa:e=>e.getHours()>=12?"pm":"am",a:e=>e.
getHours()>=12?"p":"a",mm:e=>ns(e.getMinutes()),m:e=>e.getMinutes(),ss:e=>ns(e.getSeconds()),s:e=>e.getSeconds(),fff:e=>lu(e.getMilliseconds())};function Jo(e,t){t=t||ou;let s=[],n=/\{([a-z]+)\}|[^{]+/gi,
o;for(;o=n.exec(e);)s.push(o[0][0]=="{"?iu[o[1]]:o[0]);return l=>{let i="";for(let a=0;a<s.length;a++)i+=typeof s[a]=="string"?s[a]:s[a](l,t);return i}}var ru=new Intl.DateTimeFormat().resolvedOptions().
timeZone;function au(e,t){let s;return t=="UTC"||t=="Etc/UTC"?s=new Date(+e+e.getTimezoneOffset()*6e4):t==ru?s=e:(s=new Date(e.toLocaleString("en-US",{timeZone:t})),s.setMilliseconds(e.getMilliseconds())),
s}var gr=e=>e%1==0,Ns=[1,2,2.5,5],cu=as(10,-32,0,Ns),br=as(10,0,32,Ns),uu=br.filter(gr),un=cu.concat(br),Zo=`
`,wr="{YYYY}",Fi=Zo+wr,xr="{M}/{D}",ls=Zo+xr,Ms=ls+"/{YY}",yr="{aa}",fu="{h}:{mm}",On=fu+yr,Oi=Zo+On,Ri=":{ss}",at=null;function vr(e){let t=e*1e3,s=t*60,n=s*60,o=n*24,l=o*30,i=o*365,u=(e==1?as(10,0,3,
Ns).filter(gr):as(10,-3,0,Ns)).concat([t,t*5,t*10,t*15,t*30,s,s*5,s*10,s*15,s*30,n,n*2,n*3,n*4,n*6,n*8,n*12,o,o*2,o*3,o*4,o*5,o*6,o*7,o*8,o*9,o*10,o*15,l,l*2,l*3,l*4,l*6,i,i*2,i*5,i*10,i*25,i*50,i*100]),
p=[[i,wr,at,at,at,at,at,at,1],[o*28,"{MMM}",Fi,at,at,at,at,at,1],[o,xr,Fi,at,at,at,at,at,1],[n,"{h}"+yr,Ms,at,ls,at,at,at,1],[s,On,Ms,at,ls,at,at,at,1],[t,Ri,Ms+" "+On,at,ls+" "+On,at,Oi,at,1],[e,Ri+"\
.{fff}",Ms+" "+On,at,ls+" "+On,at,Oi,at,1]];function g(d){return(b,y,M,N,O,z)=>{let v=[],_=O>=i,k=O>=l&&O<i,j=d(M),D=ht(j*e,3),F=zo(j.getFullYear(),_?0:j.getMonth(),k||_?1:j.getDate()),R=ht(F*e,3);if(k||
_){let I=k?O/l:0,V=_?O/i:0,E=D==R?D:ht(zo(F.getFullYear()+V,F.getMonth()+I,1)*e,3),J=new Date(Nt(E/e)),H=J.getFullYear(),K=J.getMonth();for(let G=0;E<=N;G++){let et=zo(H+V*G,K+I*G,1),U=et-d(ht(et*e,3));
E=ht((+et+U)*e,3),E<=N&&v.push(E)}}else{let I=O>=o?o:O,V=se(M)-se(D),E=R+V+Ds(D-R,I);v.push(E);let J=d(E),H=J.getHours()+J.getMinutes()/s+J.getSeconds()/n,K=O/n,G=b.axes[y]._space,et=z/G;for(;E=ht(E+O,
e==1?0:3),!(E>N);)if(K>1){let U=se(ht(H+K,6))%24,nt=d(E).getHours()-U;nt>1&&(nt=-1),E-=nt*n,H=(H+K)%24;let ct=v[v.length-1];ht((E-ct)/O,3)*et>=.7&&v.push(E)}else v.push(E)}return v}}return[u,p,g]}var[
hu,pu,du]=vr(1),[mu,gu,bu]=vr(.001);as(2,-53,53,[1]);function Ii(e,t){return e.map(s=>s.map((n,o)=>o==0||o==8||n==null?n:t(o==1||s[8]==0?n:s[1]+n)))}function Vi(e,t){return(s,n,o,l,i)=>{let a=t.find(M=>i>=
M[0])||t[t.length-1],u,p,g,d,b,y;return n.map(M=>{let N=e(M),O=N.getFullYear(),z=N.getMonth(),v=N.getDate(),_=N.getHours(),k=N.getMinutes(),j=N.getSeconds(),D=O!=u&&a[2]||z!=p&&a[3]||v!=g&&a[4]||_!=d&&
a[5]||k!=b&&a[6]||j!=y&&a[7]||a[1];return u=O,p=z,g=v,d=_,b=k,y=j,D(N)})}}function wu(e,t){let s=Jo(t);return(n,o,l,i,a)=>o.map(u=>s(e(u)))}function zo(e,t,s){return new Date(e,t,s)}function Hi(e,t){return t(
e)}var xu="{YYYY}-{MM}-{DD} {h}:{mm}{aa}";function Bi(e,t){return(s,n,o,l)=>l==null?Uo:t(e(n))}function yu(e,t){let s=e.series[t];return s.width?s.stroke(e,t):s.points.width?s.points.stroke(e,t):null}
function vu(e,t){return e.series[t].fill(e,t)}var ku={show:!0,live:!0,isolate:!1,mount:Hc,markers:{show:!0,width:2,stroke:yu,fill:vu,dash:"solid"},idx:null,idxs:null,values:[]};function Su(e,t){let s=e.
cursor.points,n=fe(),o=s.size(e,t);wt(n,ss,o),wt(n,os,o);let l=o/-2;wt(n,"marginLeft",l),wt(n,"marginTop",l);let i=s.width(e,t,o);return i&&wt(n,"borderWidth",i),n}function Mu(e,t){let s=e.series[t].points;
return s._fill||s._stroke}function Au(e,t){let s=e.series[t].points;return s._stroke||s._fill}function Eu(e,t){return e.series[t].points.size}var Co=[0,0];function Tu(e,t,s){return Co[0]=t,Co[1]=s,Co}
function As(e,t,s,n=!0){return o=>{o.button==0&&(!n||o.target==t)&&s(o)}}function Do(e,t,s,n=!0){return o=>{(!n||o.target==t)&&s(o)}}var _u={show:!0,x:!0,y:!0,lock:!1,move:Tu,points:{one:!1,show:Su,size:Eu,
width:0,stroke:Au,fill:Mu},bind:{mousedown:As,mouseup:As,click:As,dblclick:As,mousemove:Do,mouseleave:Do,mouseenter:Do},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(e,t)=>{t.stopPropagation(),t.
stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(e,t,s,n,o)=>n-o,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},kr={show:!0,stroke:"\
rgba(0,0,0,0.07)",width:2},Qo=Et({},kr,{filter:ar}),Sr=Et({},Qo,{size:10}),Mr=Et({},kr,{show:!1}),Xo='12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-seri\
f, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"',Ar="bold "+Xo,Er=1.5,Wi={show:!0,scale:"x",stroke:Wo,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Ar,
side:2,grid:Qo,ticks:Sr,border:Mr,font:Xo,lineGap:Er,rotate:0},Nu="Value",zu="Time",Ui={show:!0,scale:"x",auto:!1,sorted:1,min:ft,max:-ft,idxs:[]};function Cu(e,t,s,n,o){return t.map(l=>l==null?"":Ko(
l))}function Du(e,t,s,n,o,l,i){let a=[],u=Ye.get(o)||0;s=i?s:ht(Ds(s,o),u);for(let p=s;p<=n;p=ht(p+o,u))a.push(Object.is(p,-0)?0:p);return a}function Ro(e,t,s,n,o,l,i){let a=[],u=e.scales[e.axes[t].scale].
log,p=u==10?$e:lr,g=se(p(s));o=In(u,g),u==10&&(o=un[ye(o,un)]);let d=s,b=o*u;u==10&&(b=un[ye(b,un)]);do a.push(d),d=d+o,u==10&&!Ye.has(d)&&(d=ht(d,Ye.get(o))),d>=b&&(o=d,b=o*u,u==10&&(b=un[ye(b,un)]));while(d<=
n);return a}function Pu(e,t,s,n,o,l,i){let u=e.scales[e.axes[t].scale].asinh,p=n>u?Ro(e,t,jt(u,s),n,o):[u],g=n>=0&&s<=0?[0]:[];return(s<-u?Ro(e,t,jt(u,-n),-s,o):[u]).reverse().map(b=>-b).concat(g,p)}var Tr=/./,
Lu=/[12357]/,$u=/[125]/,Gi=/1/,Io=(e,t,s,n)=>e.map((o,l)=>t==4&&o==0||l%n==0&&s.test(o.toExponential()[o<0?1:0])?o:null);function Fu(e,t,s,n,o){let l=e.axes[s],i=l.scale,a=e.scales[i],u=e.valToPos,p=l.
_space,g=u(10,i),d=u(9,i)-g>=p?Tr:u(7,i)-g>=p?Lu:u(5,i)-g>=p?$u:Gi;if(d==Gi){let b=zt(u(1,i)-g);if(b<p)return Io(t.slice().reverse(),a.distr,d,he(p/b)).reverse()}return Io(t,a.distr,d,1)}function Ou(e,t,s,n,o){
let l=e.axes[s],i=l.scale,a=l._space,u=e.valToPos,p=zt(u(1,i)-u(2,i));return p<a?Io(t.slice().reverse(),3,Tr,he(a/p)).reverse():t}function Ru(e,t,s,n){return n==null?Uo:t==null?"":Ko(t)}var ji={show:!0,
scale:"y",stroke:Wo,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Ar,side:3,grid:Qo,ticks:Sr,border:Mr,font:Xo,lineGap:Er,rotate:0};function Iu(e,t){let s=3+(e||1)*2;return ht(s*t,
3)}function Vu(e,t){let{scale:s,idxs:n}=e.series[0],o=e._data[0],l=e.valToPos(o[n[0]],s,!0),i=e.valToPos(o[n[1]],s,!0),a=zt(i-l),u=e.series[t],p=a/(u.points.space*it);return n[1]-n[0]<=p}var Yi={scale:null,
auto:!0,sorted:0,min:ft,max:-ft},_r=(e,t,s,n,o)=>o,Ki={show:!0,auto:!0,sorted:0,gaps:_r,alpha:1,facets:[Et({},Yi,{scale:"x"}),Et({},Yi,{scale:"y"})]},qi={scale:"y",auto:!0,sorted:0,show:!0,spanGaps:!1,
gaps:_r,alpha:1,points:{show:Vu,filter:null},values:null,min:ft,max:-ft,idxs:[],path:null,clip:null};function Hu(e,t,s,n,o){return s/10}var Nr={time:!0,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,
dir:1,ori:0},Bu=Et({},Nr,{time:!1,ori:1}),Ji={};function zr(e,t){let s=Ji[e];return s||(s={key:e,plots:[],sub(n){s.plots.push(n)},unsub(n){s.plots=s.plots.filter(o=>o!=n)},pub(n,o,l,i,a,u,p){for(let g=0;g<
s.plots.length;g++)s.plots[g]!=o&&s.plots[g].pub(n,o,l,i,a,u,p)}},e!=null&&(Ji[e]=s)),s}var Bn=1,Vo=2;function dn(e,t,s){let n=e.mode,o=e.series[t],l=n==2?e._data[t]:e._data,i=e.scales,a=e.bbox,u=l[0],
p=n==2?l[1]:l[t],g=n==2?i[o.facets[0].scale]:i[e.series[0].scale],d=n==2?i[o.facets[1].scale]:i[o.scale],b=a.left,y=a.top,M=a.width,N=a.height,O=e.valToPosH,z=e.valToPosV;return g.ori==0?s(o,u,p,g,d,O,
z,b,y,M,N,$s,Un,Os,Dr,Lr):s(o,u,p,g,d,z,O,y,b,N,M,Fs,Gn,nl,Pr,$r)}function tl(e,t){let s=0,n=0,o=ot(e.bands,qo);for(let l=0;l<o.length;l++){let i=o[l];i.series[0]==t?s=i.dir:i.series[1]==t&&(i.dir==1?
n|=1:n|=2)}return[s,n==1?-1:n==2?1:n==3?2:0]}function Wu(e,t,s,n,o){let l=e.mode,i=e.series[t],a=l==2?i.facets[1].scale:i.scale,u=e.scales[a];return o==-1?u.min:o==1?u.max:u.distr==3?u.dir==1?u.min:u.
max:0}function Fe(e,t,s,n,o,l){return dn(e,t,(i,a,u,p,g,d,b,y,M,N,O)=>{let z=i.pxRound,v=p.dir*(p.ori==0?1:-1),_=p.ori==0?Un:Gn,k,j;v==1?(k=s,j=n):(k=n,j=s);let D=z(d(a[k],p,N,y)),F=z(b(u[k],g,O,M)),R=z(
d(a[j],p,N,y)),I=z(b(l==1?g.max:g.min,g,O,M)),V=new Path2D(o);return _(V,R,I),_(V,D,I),_(V,D,F),V})}function Ls(e,t,s,n,o,l){let i=null;if(e.length>0){i=new Path2D;let a=t==0?Os:nl,u=s;for(let d=0;d<e.
length;d++){let b=e[d];if(b[1]>b[0]){let y=b[0]-u;y>0&&a(i,u,n,y,n+l),u=b[1]}}let p=s+o-u,g=10;p>0&&a(i,u,n-g/2,p,n+l+g)}return i}function Uu(e,t,s){let n=e[e.length-1];n&&n[0]==t?n[1]=s:e.push([t,s])}
function el(e,t,s,n,o,l,i){let a=[],u=e.length;for(let p=o==1?s:n;p>=s&&p<=n;p+=o)if(t[p]===null){let d=p,b=p;if(o==1)for(;++p<=n&&t[p]===null;)b=p;else for(;--p>=s&&t[p]===null;)b=p;let y=l(e[d]),M=b==
d?y:l(e[b]),N=d-o;y=i<=0&&N>=0&&N<u?l(e[N]):y;let z=b+o;M=i>=0&&z>=0&&z<u?l(e[z]):M,M>=y&&a.push([y,M])}return a}function Zi(e){return e==0?rr:e==1?Nt:t=>cn(t,e)}function Cr(e){let t=e==0?$s:Fs,s=e==0?
(o,l,i,a,u,p)=>{o.arcTo(l,i,a,u,p)}:(o,l,i,a,u,p)=>{o.arcTo(i,l,u,a,p)},n=e==0?(o,l,i,a,u)=>{o.rect(l,i,a,u)}:(o,l,i,a,u)=>{o.rect(i,l,u,a)};return(o,l,i,a,u,p=0,g=0)=>{p==0&&g==0?n(o,l,i,a,u):(p=ve(p,
a/2,u/2),g=ve(g,a/2,u/2),t(o,l+p,i),s(o,l+a,i,l+a,i+u,p),s(o,l+a,i+u,l,i+u,g),s(o,l,i+u,l,i,g),s(o,l,i,l+a,i,p),o.closePath())}}var $s=(e,t,s)=>{e.moveTo(t,s)},Fs=(e,t,s)=>{e.moveTo(s,t)},Un=(e,t,s)=>{
e.lineTo(t,s)},Gn=(e,t,s)=>{e.lineTo(s,t)},Os=Cr(0),nl=Cr(1),Dr=(e,t,s,n,o,l)=>{e.arc(t,s,n,o,l)},Pr=(e,t,s,n,o,l)=>{e.arc(s,t,n,o,l)},Lr=(e,t,s,n,o,l,i)=>{e.bezierCurveTo(t,s,n,o,l,i)},$r=(e,t,s,n,o,l,i)=>{
e.bezierCurveTo(s,t,o,n,i,l)};function Fr(e){return(t,s,n,o,l)=>dn(t,s,(i,a,u,p,g,d,b,y,M,N,O)=>{let{pxRound:z,points:v}=i,_,k;p.ori==0?(_=$s,k=Dr):(_=Fs,k=Pr);let j=ht(v.width*it,3),D=(v.size-v.width)/
2*it,F=ht(D*2,3),R=new Path2D,I=new Path2D,{left:V,top:E,width:J,height:H}=t.bbox;Os(I,V-F,E-F,J+F*2,H+F*2);let K=G=>{if(u[G]!=null){let et=z(d(a[G],p,N,y)),U=z(b(u[G],g,O,M));_(R,et+D,U),k(R,et,U,D,0,
Es*2)}};if(l)l.forEach(K);else for(let G=n;G<=o;G++)K(G);return{stroke:j>0?R:null,fill:R,clip:I,flags:Bn|Vo}})}function Or(e){return(t,s,n,o,l,i)=>{n!=o&&(l!=n&&i!=n&&e(t,s,n),l!=o&&i!=o&&e(t,s,o),e(t,
s,i))}}var Gu=Or(Un),ju=Or(Gn);function Rr(e){let t=ot(e?.alignGaps,0);return(s,n,o,l)=>dn(s,n,(i,a,u,p,g,d,b,y,M,N,O)=>{[o,l]=zs(u,o,l);let z=i.pxRound,v=H=>z(d(H,p,N,y)),_=H=>z(b(H,g,O,M)),k,j;p.ori==
0?(k=Un,j=Gu):(k=Gn,j=ju);let D=p.dir*(p.ori==0?1:-1),F={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Bn},R=F.stroke,I=!1;if(l-o>=N*4){let H=B=>s.posToVal(B,p.key,!0),K=null,G=null,
et,U,Kt,xt=v(a[D==1?o:l]),nt=v(a[o]),ct=v(a[l]),Q=H(D==1?nt+1:ct-1);for(let B=D==1?o:l;B>=o&&B<=l;B+=D){let Tt=a[B],yt=(D==1?Tt<Q:Tt>Q)?xt:v(Tt),rt=u[B];yt==xt?rt!=null?(U=rt,K==null?(k(R,yt,_(U)),et=
K=G=U):U<K?K=U:U>G&&(G=U)):rt===null&&(I=!0):(K!=null&&j(R,xt,_(K),_(G),_(et),_(U)),rt!=null?(U=rt,k(R,yt,_(U)),K=G=et=U):(K=G=null,rt===null&&(I=!0)),xt=yt,Q=H(xt+D))}K!=null&&K!=G&&Kt!=xt&&j(R,xt,_(
K),_(G),_(et),_(U))}else for(let H=D==1?o:l;H>=o&&H<=l;H+=D){let K=u[H];K===null?I=!0:K!=null&&k(R,v(a[H]),_(K))}let[E,J]=tl(s,n);if(i.fill!=null||E!=0){let H=F.fill=new Path2D(R),K=i.fillTo(s,n,i.min,
i.max,E),G=_(K),et=v(a[o]),U=v(a[l]);D==-1&&([U,et]=[et,U]),k(H,U,G),k(H,et,G)}if(!i.spanGaps){let H=[];I&&H.push(...el(a,u,o,l,D,v,t)),F.gaps=H=i.gaps(s,n,o,l,H),F.clip=Ls(H,p.ori,y,M,N,O)}return J!=
0&&(F.band=J==2?[Fe(s,n,o,l,R,-1),Fe(s,n,o,l,R,1)]:Fe(s,n,o,l,R,J)),F})}function Yu(e){let t=ot(e.align,1),s=ot(e.ascDesc,!1),n=ot(e.alignGaps,0),o=ot(e.extend,!1);return(l,i,a,u)=>dn(l,i,(p,g,d,b,y,M,N,O,z,v,_)=>{
[a,u]=zs(d,a,u);let k=p.pxRound,{left:j,width:D}=l.bbox,F=nt=>k(M(nt,b,v,O)),R=nt=>k(N(nt,y,_,z)),I=b.ori==0?Un:Gn,V={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Bn},E=V.stroke,J=b.
dir*(b.ori==0?1:-1),H=R(d[J==1?a:u]),K=F(g[J==1?a:u]),G=K,et=K;o&&t==-1&&(et=j,I(E,et,H)),I(E,K,H);for(let nt=J==1?a:u;nt>=a&&nt<=u;nt+=J){let ct=d[nt];if(ct==null)continue;let Q=F(g[nt]),B=R(ct);t==1?
I(E,Q,H):I(E,G,B),I(E,Q,B),H=B,G=Q}let U=G;o&&t==1&&(U=j+D,I(E,U,H));let[Kt,xt]=tl(l,i);if(p.fill!=null||Kt!=0){let nt=V.fill=new Path2D(E),ct=p.fillTo(l,i,p.min,p.max,Kt),Q=R(ct);I(nt,U,Q),I(nt,et,Q)}
if(!p.spanGaps){let nt=[];nt.push(...el(g,d,a,u,J,F,n));let ct=p.width*it/2,Q=s||t==1?ct:-ct,B=s||t==-1?-ct:ct;nt.forEach(Tt=>{Tt[0]+=Q,Tt[1]+=B}),V.gaps=nt=p.gaps(l,i,a,u,nt),V.clip=Ls(nt,b.ori,O,z,v,
_)}return xt!=0&&(V.band=xt==2?[Fe(l,i,a,u,E,-1),Fe(l,i,a,u,E,1)]:Fe(l,i,a,u,E,xt)),V})}function Qi(e,t,s,n,o,l,i=ft){if(e.length>1){let a=null;for(let u=0,p=1/0;u<e.length;u++)if(t[u]!==void 0){if(a!=
null){let g=zt(e[u]-e[a]);g<p&&(p=g,i=zt(s(e[u],n,o,l)-s(e[a],n,o,l)))}a=u}}return i}function Ku(e){e=e||rs;let t=ot(e.size,[.6,ft,1]),s=e.align||0,n=e.gap||0,o=e.radius;o=o==null?[0,0]:typeof o=="num\
ber"?[o,0]:o;let l=tt(o),i=1-t[0],a=ot(t[1],ft),u=ot(t[2],1),p=ot(e.disp,rs),g=ot(e.each,y=>{}),{fill:d,stroke:b}=p;return(y,M,N,O)=>dn(y,M,(z,v,_,k,j,D,F,R,I,V,E)=>{let J=z.pxRound,H=s,K=n*it,G=a*it,
et=u*it,U,Kt;k.ori==0?[U,Kt]=l(y,M):[Kt,U]=l(y,M);let xt=k.dir*(k.ori==0?1:-1),nt=k.ori==0?Os:nl,ct=k.ori==0?g:(L,pt,_t,wn,Ze,Se,Qe)=>{g(L,pt,_t,Ze,wn,Qe,Se)},Q=ot(y.bands,qo).find(L=>L.series[0]==M),
B=Q!=null?Q.dir:0,Tt=z.fillTo(y,M,z.min,z.max,B),Ht=J(F(Tt,j,E,I)),yt,rt,pe,Zt=V,kt=J(z.width*it),ke=!1,De=null,le=null,Re=null,mn=null;d!=null&&(kt==0||b!=null)&&(ke=!0,De=d.values(y,M,N,O),le=new Map,
new Set(De).forEach(L=>{L!=null&&le.set(L,new Path2D)}),kt>0&&(Re=b.values(y,M,N,O),mn=new Map,new Set(Re).forEach(L=>{L!=null&&mn.set(L,new Path2D)})));let{x0:gn,size:Yn}=p;if(gn!=null&&Yn!=null){H=1,
v=gn.values(y,M,N,O),gn.unit==2&&(v=v.map(_t=>y.posToVal(R+_t*V,k.key,!0)));let L=Yn.values(y,M,N,O);Yn.unit==2?rt=L[0]*V:rt=D(L[0],k,V,R)-D(0,k,V,R),Zt=Qi(v,_,D,k,V,R,Zt),pe=Zt-rt+K}else Zt=Qi(v,_,D,
k,V,R,Zt),pe=Zt*i+K,rt=Zt-pe;pe<1&&(pe=0),kt>=rt/2&&(kt=0),pe<5&&(J=rr);let cs=pe>0,qe=Zt-pe-(cs?kt:0);rt=J(Oo(qe,et,G)),yt=(H==0?rt/2:H==xt?0:rt)-H*xt*((H==0?K/2:0)+(cs?kt/2:0));let Bt={stroke:null,fill:null,
clip:null,band:null,gaps:null,flags:0},bn=ke?null:new Path2D,Pe=null;if(Q!=null)Pe=y.data[Q.series[1]];else{let{y0:L,y1:pt}=p;L!=null&&pt!=null&&(_=pt.values(y,M,N,O),Pe=L.values(y,M,N,O))}let Je=U*rt,
Z=Kt*rt;for(let L=xt==1?N:O;L>=N&&L<=O;L+=xt){let pt=_[L];if(pt==null)continue;if(Pe!=null){let qt=Pe[L]??0;if(pt-qt==0)continue;Ht=F(qt,j,E,I)}let _t=k.distr!=2||p!=null?v[L]:L,wn=D(_t,k,V,R),Ze=F(ot(
pt,Tt),j,E,I),Se=J(wn-yt),Qe=J(jt(Ze,Ht)),Qt=J(ve(Ze,Ht)),ie=Qe-Qt;if(pt!=null){let qt=pt<0?Z:Je,de=pt<0?Je:Z;ke?(kt>0&&Re[L]!=null&&nt(mn.get(Re[L]),Se,Qt+se(kt/2),rt,jt(0,ie-kt),qt,de),De[L]!=null&&
nt(le.get(De[L]),Se,Qt+se(kt/2),rt,jt(0,ie-kt),qt,de)):nt(bn,Se,Qt+se(kt/2),rt,jt(0,ie-kt),qt,de),ct(y,M,L,Se-kt/2,Qt,rt+kt,ie)}}return kt>0?Bt.stroke=ke?mn:bn:ke||(Bt._fill=z.width==0?z._fill:z._stroke??
z._fill,Bt.width=0),Bt.fill=ke?le:bn,Bt})}function qu(e,t){let s=ot(t?.alignGaps,0);return(n,o,l,i)=>dn(n,o,(a,u,p,g,d,b,y,M,N,O,z)=>{[l,i]=zs(p,l,i);let v=a.pxRound,_=U=>v(b(U,g,O,M)),k=U=>v(y(U,d,z,
N)),j,D,F;g.ori==0?(j=$s,F=Un,D=Lr):(j=Fs,F=Gn,D=$r);let R=g.dir*(g.ori==0?1:-1),I=_(u[R==1?l:i]),V=I,E=[],J=[];for(let U=R==1?l:i;U>=l&&U<=i;U+=R)if(p[U]!=null){let xt=u[U],nt=_(xt);E.push(V=nt),J.push(
k(p[U]))}let H={stroke:e(E,J,j,F,D,v),fill:null,clip:null,band:null,gaps:null,flags:Bn},K=H.stroke,[G,et]=tl(n,o);if(a.fill!=null||G!=0){let U=H.fill=new Path2D(K),Kt=a.fillTo(n,o,a.min,a.max,G),xt=k(
Kt);F(U,V,xt),F(U,I,xt)}if(!a.spanGaps){let U=[];U.push(...el(u,p,l,i,R,_,s)),H.gaps=U=a.gaps(n,o,l,i,U),H.clip=Ls(U,g.ori,M,N,O,z)}return et!=0&&(H.band=et==2?[Fe(n,o,l,i,K,-1),Fe(n,o,l,i,K,1)]:Fe(n,
o,l,i,K,et)),H})}function Ju(e){return qu(Zu,e)}function Zu(e,t,s,n,o,l){let i=e.length;if(i<2)return null;let a=new Path2D;if(s(a,e[0],t[0]),i==2)n(a,e[1],t[1]);else{let u=Array(i),p=Array(i-1),g=Array(
i-1),d=Array(i-1);for(let b=0;b<i-1;b++)g[b]=t[b+1]-t[b],d[b]=e[b+1]-e[b],p[b]=g[b]/d[b];u[0]=p[0];for(let b=1;b<i-1;b++)p[b]===0||p[b-1]===0||p[b-1]>0!=p[b]>0?u[b]=0:(u[b]=3*(d[b-1]+d[b])/((2*d[b]+d[b-
1])/p[b-1]+(d[b]+2*d[b-1])/p[b]),isFinite(u[b])||(u[b]=0));u[i-1]=p[i-2];for(let b=0;b<i-1;b++)o(a,e[b]+d[b]/3,t[b]+u[b]*d[b]/3,e[b+1]-d[b]/3,t[b+1]-u[b+1]*d[b]/3,e[b+1],t[b+1])}return a}var Ho=new Set;
function Xi(){for(let e of Ho)e.syncRect(!0)}Wn&&(hn(Cc,Rn,Xi),hn(Dc,Rn,Xi,!0),hn(Ts,Rn,()=>{Ct.pxRatio=it}));var Qu=Rr(),Xu=Fr();function tr(e,t,s,n){return(n?[e[0],e[1]].concat(e.slice(2)):[e[0]].concat(
e.slice(1))).map((l,i)=>Bo(l,i,t,s))}function tf(e,t){return e.map((s,n)=>n==0?{}:Et({},t,s))}function Bo(e,t,s,n){return Et({},t==0?s:n,e)}function Ir(e,t,s){return t==null?Vn:[t,s]}var ef=Ir;function nf(e,t,s){
return t==null?Vn:_s(t,s,Yo,!0)}function Vr(e,t,s,n){return t==null?Vn:Cs(t,s,e.scales[n].log,!1)}var sf=Vr;function Hr(e,t,s,n){return t==null?Vn:jo(t,s,e.scales[n].log,!1)}var of=Hr;function lf(e,t,s,n,o){
let l=jt(Di(e),Di(t)),i=t-e,a=ye(o/n*i,s);do{let u=s[a],p=n*u/i;if(p>=o&&l+(u<5?Ye.get(u):0)<=17)return[u,p]}while(++a<s.length);return[0,0]}function er(e){let t,s;return e=e.replace(/(\d+)px/,(n,o)=>(t=
Nt((s=+o)*it))+"px"),[e,t,s]}function rf(e){e.show&&[e.font,e.labelFont].forEach(t=>{let s=ht(t[2]*it,1);t[0]=t[0].replace(/[0-9.]+px/,s+"px"),t[1]=s})}function Ct(e,t,s){let n={mode:ot(e.mode,1)},o=n.
mode;function l(r,c,f,h){let m=c.valToPct(r);return h+f*(c.dir==-1?1-m:m)}function i(r,c,f,h){let m=c.valToPct(r);return h+f*(c.dir==-1?m:1-m)}function a(r,c,f,h){return c.ori==0?l(r,c,f,h):i(r,c,f,h)}
n.valToPosH=l,n.valToPosV=i;let u=!1;n.status=0;let p=n.root=fe(pc);if(e.id!=null&&(p.id=e.id),ne(p,e.class),e.title){let r=fe(gc,p);r.textContent=e.title}let g=xe("canvas"),d=n.ctx=g.getContext("2d"),
b=fe(bc,p);hn("click",b,r=>{r.target===M&&(dt!=Nn||vt!=zn)&&It.click(n,r)},!0);let y=n.under=fe(wc,b);b.appendChild(g);let M=n.over=fe(xc,b);e=Hn(e);let N=+ot(e.pxAlign,1),O=Zi(N);(e.plugins||[]).forEach(
r=>{r.opts&&(e=r.opts(n,e)||e)});let z=e.ms||.001,v=n.series=o==1?tr(e.series||[],Ui,qi,!1):tf(e.series||[null],Ki),_=n.axes=tr(e.axes||[],Wi,ji,!0),k=n.scales={},j=n.bands=e.bands||[];j.forEach(r=>{r.
fill=tt(r.fill||null),r.dir=ot(r.dir,-1)});let D=o==2?v[1].facets[0].scale:v[0].scale,F={axes:Oa,series:Da},R=(e.drawOrder||["axes","series"]).map(r=>F[r]);function I(r){let c=r.distr==3?f=>$e(f>0?f:r.
clamp(n,f,r.min,r.max,r.key)):r.distr==4?f=>No(f,r.asinh):r.distr==100?f=>r.fwd(f):f=>f;return f=>{let h=c(f),{_min:m,_max:w}=r,x=w-m;return(h-m)/x}}function V(r){let c=k[r];if(c==null){let f=(e.scales||
rs)[r]||rs;if(f.from!=null){V(f.from);let h=Et({},k[f.from],f,{key:r});h.valToPct=I(h),k[r]=h}else{c=k[r]=Et({},r==D?Nr:Bu,f),c.key=r;let h=c.time,m=c.range,w=je(m);if((r!=D||o==2&&!h)&&(w&&(m[0]==null||
m[1]==null)&&(m={min:m[0]==null?Ni:{mode:1,hard:m[0],soft:m[0]},max:m[1]==null?Ni:{mode:1,hard:m[1],soft:m[1]}},w=!1),!w&&Ps(m))){let x=m;m=(S,A,C)=>A==null?Vn:_s(A,C,x)}c.range=tt(m||(h?ef:r==D?c.distr==
3?sf:c.distr==4?of:Ir:c.distr==3?Vr:c.distr==4?Hr:nf)),c.auto=tt(w?!1:c.auto),c.clamp=tt(c.clamp||Hu),c._min=c._max=null,c.valToPct=I(c)}}}V("x"),V("y"),o==1&&v.forEach(r=>{V(r.scale)}),_.forEach(r=>{
V(r.scale)});for(let r in e.scales)V(r);let E=k[D],J=E.distr,H,K;E.ori==0?(ne(p,dc),H=l,K=i):(ne(p,mc),H=i,K=l);let G={};for(let r in k){let c=k[r];(c.min!=null||c.max!=null)&&(G[r]={min:c.min,max:c.max},
c.min=c.max=null)}let et=e.tzDate||(r=>new Date(Nt(r/z))),U=e.fmtDate||Jo,Kt=z==1?du(et):bu(et),xt=Vi(et,Ii(z==1?pu:gu,U)),nt=Bi(et,Hi(xu,U)),ct=[],Q=n.legend=Et({},ku,e.legend),B=n.cursor=Et({},_u,{drag:{
y:o==2}},e.cursor),Tt=Q.show,Ht=B.show,yt=Q.markers;Q.idxs=ct,yt.width=tt(yt.width),yt.dash=tt(yt.dash),yt.stroke=tt(yt.stroke),yt.fill=tt(yt.fill);let rt,pe,Zt,kt=[],ke=[],De,le=!1,Re={};if(Q.live){let r=v[1]?
v[1].values:null;le=r!=null,De=le?r(n,1,0):{_:0};for(let c in De)Re[c]=Uo}if(Tt)if(rt=xe("table",Ac,p),Zt=xe("tbody",null,rt),Q.mount(n,rt),le){pe=xe("thead",null,rt,Zt);let r=xe("tr",null,pe);xe("th",
null,r);for(var mn in De)xe("th",gi,r).textContent=mn}else ne(rt,Tc),Q.live&&ne(rt,Ec);let gn={show:!0},Yn={show:!1};function cs(r,c){if(c==0&&(le||!Q.live||o==2))return Vn;let f=[],h=xe("tr",_c,Zt,Zt.
childNodes[c]);ne(h,r.class),r.show||ne(h,fn);let m=xe("th",null,h);if(yt.show){let S=fe(Nc,m);if(c>0){let A=yt.width(n,c);A&&(S.style.border=A+"px "+yt.dash(n,c)+" "+yt.stroke(n,c)),S.style.background=
yt.fill(n,c)}}let w=fe(gi,m);r.label instanceof HTMLElement?w.appendChild(r.label):w.textContent=r.label,c>0&&(yt.show||(w.style.color=r.width>0?yt.stroke(n,c):yt.fill(n,c)),Bt("click",m,S=>{if(B._lock)
return;tn(S);let A=v.indexOf(r);if((S.ctrlKey||S.metaKey)!=Q.isolate){let C=v.some((P,$)=>$>0&&$!=A&&P.show);v.forEach((P,$)=>{$>0&&Ae($,C?$==A?gn:Yn:gn,!0,At.setSeries)})}else Ae(A,{show:!r.show},!0,
At.setSeries)},!1),yn&&Bt(yi,m,S=>{B._lock||(tn(S),Ae(v.indexOf(r),Dn,!0,At.setSeries))},!1));for(var x in De){let S=xe("td",zc,h);S.textContent="--",f.push(S)}return[h,f]}let qe=new Map;function Bt(r,c,f,h=!0){
let m=qe.get(c)||{},w=B.bind[r](n,c,f,h);w&&(hn(r,c,m[r]=w),qe.set(c,m))}function bn(r,c,f){let h=qe.get(c)||{};for(let m in h)(r==null||m==r)&&(Fo(m,c,h[m]),delete h[m]);r==null&&qe.delete(c)}let Pe=0,
Je=0,Z=0,L=0,pt=0,_t=0,wn=pt,Ze=_t,Se=Z,Qe=L,Qt=0,ie=0,qt=0,de=0;n.bbox={};let Gs=!1,us=!1,xn=!1,Xe=!1,fs=!1,re=!1;function js(r,c,f){(f||r!=n.width||c!=n.height)&&dl(r,c),An(!1),xn=!0,us=!0,En()}function dl(r,c){
n.width=Pe=Z=r,n.height=Je=L=c,pt=_t=0,Aa(),Ea();let f=n.bbox;Qt=f.left=cn(pt*it,.5),ie=f.top=cn(_t*it,.5),qt=f.width=cn(Z*it,.5),de=f.height=cn(L*it,.5)}let ka=3;function Sa(){let r=!1,c=0;for(;!r;){
c++;let f=$a(c),h=Fa(c);r=c==ka||f&&h,r||(dl(n.width,n.height),us=!0)}}function Ma({width:r,height:c}){js(r,c)}n.setSize=Ma;function Aa(){let r=!1,c=!1,f=!1,h=!1;_.forEach((m,w)=>{if(m.show&&m._show){
let{side:x,_size:S}=m,A=x%2,C=m.label!=null?m.labelSize:0,P=S+C;P>0&&(A?(Z-=P,x==3?(pt+=P,h=!0):f=!0):(L-=P,x==0?(_t+=P,r=!0):c=!0))}}),en[0]=r,en[1]=f,en[2]=c,en[3]=h,Z-=Ie[1]+Ie[3],pt+=Ie[3],L-=Ie[2]+
Ie[0],_t+=Ie[0]}function Ea(){let r=pt+Z,c=_t+L,f=pt,h=_t;function m(w,x){switch(w){case 1:return r+=x,r-x;case 2:return c+=x,c-x;case 3:return f-=x,f+x;case 0:return h-=x,h+x}}_.forEach((w,x)=>{if(w.
show&&w._show){let S=w.side;w._pos=m(S,w._size),w.label!=null&&(w._lpos=m(S,w.labelSize))}})}if(B.dataIdx==null){let r=B.hover,c=r.skip=new Set(r.skip??[]);c.add(void 0);let f=r.prox=tt(r.prox),h=r.bias??=
0;B.dataIdx=(m,w,x,S)=>{if(w==0)return x;let A=x,C=f(m,w,x,S)??ft,P=C>=0&&C<ft,$=E.ori==0?Z:L,q=B.left,lt=t[0],st=t[w];if(c.has(st[x])){A=null;let X=null,Y=null,W;if(h==0||h==-1)for(W=x;X==null&&W-- >
0;)c.has(st[W])||(X=W);if(h==0||h==1)for(W=x;Y==null&&W++<st.length;)c.has(st[W])||(Y=W);if(X!=null||Y!=null)if(P){let gt=X==null?-1/0:H(lt[X],E,$,0),St=Y==null?1/0:H(lt[Y],E,$,0),Ot=q-gt,ut=St-q;Ot<=
ut?Ot<=C&&(A=X):ut<=C&&(A=Y)}else A=Y==null?X:X==null?Y:x-X<=Y-x?X:Y}else P&&zt(q-H(lt[x],E,$,0))>C&&(A=null);return A}}let tn=r=>{B.event=r};B.idxs=ct,B._lock=!1;let Vt=B.points;Vt.show=tt(Vt.show),Vt.
size=tt(Vt.size),Vt.stroke=tt(Vt.stroke),Vt.width=tt(Vt.width),Vt.fill=tt(Vt.fill);let Me=n.focus=Et({},e.focus||{alpha:.3},B.focus),yn=Me.prox>=0,vn=yn&&Vt.one,ae=[],kn=[],Sn=[];function ml(r,c){let f=Vt.
show(n,c);if(f instanceof HTMLElement)return ne(f,Mc),ne(f,r.class),Ce(f,-10,-10,Z,L),M.insertBefore(f,ae[c]),f}function gl(r,c){if(o==1||c>0){let f=o==1&&k[r.scale].time,h=r.value;r.value=f?$i(h)?Bi(
et,Hi(h,U)):h||nt:h||Ru,r.label=r.label||(f?zu:Nu)}if(vn||c>0){r.width=r.width==null?1:r.width,r.paths=r.paths||Qu||Bc,r.fillTo=tt(r.fillTo||Wu),r.pxAlign=+ot(r.pxAlign,N),r.pxRound=Zi(r.pxAlign),r.stroke=
tt(r.stroke||null),r.fill=tt(r.fill||null),r._stroke=r._fill=r._paths=r._focus=null;let f=Iu(jt(1,r.width),1),h=r.points=Et({},{size:f,width:jt(1,f*.2),stroke:r.stroke,space:f*2,paths:Xu,_stroke:null,
_fill:null},r.points);h.show=tt(h.show),h.filter=tt(h.filter),h.fill=tt(h.fill),h.stroke=tt(h.stroke),h.paths=tt(h.paths),h.pxAlign=r.pxAlign}if(Tt){let f=cs(r,c);kt.splice(c,0,f[0]),ke.splice(c,0,f[1]),
Q.values.push(null)}if(Ht){ct.splice(c,0,null);let f=null;vn?c==0&&(f=ml(r,c)):c>0&&(f=ml(r,c)),ae.splice(c,0,f),kn.splice(c,0,0),Sn.splice(c,0,0)}Ft("addSeries",c)}function Ta(r,c){c=c??v.length,r=o==
1?Bo(r,c,Ui,qi):Bo(r,c,{},Ki),v.splice(c,0,r),gl(v[c],c)}n.addSeries=Ta;function _a(r){if(v.splice(r,1),Tt){Q.values.splice(r,1),ke.splice(r,1);let c=kt.splice(r,1)[0];bn(null,c.firstChild),c.remove()}
Ht&&(ct.splice(r,1),ae.splice(r,1)[0].remove(),kn.splice(r,1),Sn.splice(r,1)),Ft("delSeries",r)}n.delSeries=_a;let en=[!1,!1,!1,!1];function Na(r,c){if(r._show=r.show,r.show){let f=r.side%2,h=k[r.scale];
h==null&&(r.scale=f?v[1].scale:D,h=k[r.scale]);let m=h.time;r.size=tt(r.size),r.space=tt(r.space),r.rotate=tt(r.rotate),je(r.incrs)&&r.incrs.forEach(x=>{!Ye.has(x)&&Ye.set(x,ur(x))}),r.incrs=tt(r.incrs||
(h.distr==2?uu:m?z==1?hu:mu:un)),r.splits=tt(r.splits||(m&&h.distr==1?Kt:h.distr==3?Ro:h.distr==4?Pu:Du)),r.stroke=tt(r.stroke),r.grid.stroke=tt(r.grid.stroke),r.ticks.stroke=tt(r.ticks.stroke),r.border.
stroke=tt(r.border.stroke);let w=r.values;r.values=je(w)&&!je(w[0])?tt(w):m?je(w)?Vi(et,Ii(w,U)):$i(w)?wu(et,w):w||xt:w||Cu,r.filter=tt(r.filter||(h.distr>=3&&h.log==10?Fu:h.distr==3&&h.log==2?Ou:ar)),
r.font=er(r.font),r.labelFont=er(r.labelFont),r._size=r.size(n,null,c,0),r._space=r._rotate=r._incrs=r._found=r._splits=r._values=null,r._size>0&&(en[c]=!0,r._el=fe(yc,b))}}function Kn(r,c,f,h){let[m,
w,x,S]=f,A=c%2,C=0;return A==0&&(S||w)&&(C=c==0&&!m||c==2&&!x?Nt(Wi.size/3):0),A==1&&(m||x)&&(C=c==1&&!w||c==3&&!S?Nt(ji.size/2):0),C}let bl=n.padding=(e.padding||[Kn,Kn,Kn,Kn]).map(r=>tt(ot(r,Kn))),Ie=n.
_padding=bl.map((r,c)=>r(n,c,en,0)),Rt,Dt=null,Pt=null,hs=o==1?v[0].idxs:null,me=null,qn=!1;function wl(r,c){if(t=r??[],n.data=n._data=t,o==2){Rt=0;for(let f=1;f<v.length;f++)Rt+=t[f][0].length}else{t.
length==0&&(n.data=n._data=t=[[]]),me=t[0],Rt=me.length;let f=t;if(J==2){f=t.slice();let h=f[0]=Array(Rt);for(let m=0;m<Rt;m++)h[m]=m}n._data=t=f}if(An(!0),Ft("setData"),J==2&&(xn=!0),c!==!1){let f=E;
f.auto(n,qn)?Ys():He(D,f.min,f.max),Xe=Xe||B.left>=0,re=!0,En()}}n.setData=wl;function Ys(){qn=!0;let r,c;o==1&&(Rt>0?(Dt=hs[0]=0,Pt=hs[1]=Rt-1,r=t[0][Dt],c=t[0][Pt],J==2?(r=Dt,c=Pt):r==c&&(J==3?[r,c]=
Cs(r,r,E.log,!1):J==4?[r,c]=jo(r,r,E.log,!1):E.time?c=r+Nt(86400/z):[r,c]=_s(r,c,Yo,!0))):(Dt=hs[0]=r=null,Pt=hs[1]=c=null)),He(D,r,c)}let ps,Mn,Ks,qs,Js,Zs,Qs,Xs,to,Jt;function xl(r,c,f,h,m,w){r??=wi,
f??=qo,h??="butt",m??=wi,w??="round",r!=ps&&(d.strokeStyle=ps=r),m!=Mn&&(d.fillStyle=Mn=m),c!=Ks&&(d.lineWidth=Ks=c),w!=Js&&(d.lineJoin=Js=w),h!=Zs&&(d.lineCap=Zs=h),f!=qs&&d.setLineDash(qs=f)}function yl(r,c,f,h){
c!=Mn&&(d.fillStyle=Mn=c),r!=Qs&&(d.font=Qs=r),f!=Xs&&(d.textAlign=Xs=f),h!=to&&(d.textBaseline=to=h)}function eo(r,c,f,h,m=0){if(h.length>0&&r.auto(n,qn)&&(c==null||c.min==null)){let w=ot(Dt,0),x=ot(
Pt,h.length-1),S=f.min==null?Fc(h,w,x,m,r.distr==3):[f.min,f.max];r.min=ve(r.min,f.min=S[0]),r.max=jt(r.max,f.max=S[1])}}let vl={min:null,max:null};function za(){for(let h in k){let m=k[h];G[h]==null&&
(m.min==null||G[D]!=null&&m.auto(n,qn))&&(G[h]=vl)}for(let h in k){let m=k[h];G[h]==null&&m.from!=null&&G[m.from]!=null&&(G[h]=vl)}G[D]!=null&&An(!0);let r={};for(let h in G){let m=G[h];if(m!=null){let w=r[h]=
Hn(k[h],Gc);if(m.min!=null)Et(w,m);else if(h!=D||o==2)if(Rt==0&&w.from==null){let x=w.range(n,null,null,h);w.min=x[0],w.max=x[1]}else w.min=ft,w.max=-ft}}if(Rt>0){v.forEach((h,m)=>{if(o==1){let w=h.scale,
x=G[w];if(x==null)return;let S=r[w];if(m==0){let A=S.range(n,S.min,S.max,w);S.min=A[0],S.max=A[1],Dt=ye(S.min,t[0]),Pt=ye(S.max,t[0]),Pt-Dt>1&&(t[0][Dt]<S.min&&Dt++,t[0][Pt]>S.max&&Pt--),h.min=me[Dt],
h.max=me[Pt]}else h.show&&h.auto&&eo(S,x,h,t[m],h.sorted);h.idxs[0]=Dt,h.idxs[1]=Pt}else if(m>0&&h.show&&h.auto){let[w,x]=h.facets,S=w.scale,A=x.scale,[C,P]=t[m],$=r[S],q=r[A];$!=null&&eo($,G[S],w,C,w.
sorted),q!=null&&eo(q,G[A],x,P,x.sorted),h.min=x.min,h.max=x.max}});for(let h in r){let m=r[h],w=G[h];if(m.from==null&&(w==null||w.min==null)){let x=m.range(n,m.min==ft?null:m.min,m.max==-ft?null:m.max,
h);m.min=x[0],m.max=x[1]}}}for(let h in r){let m=r[h];if(m.from!=null){let w=r[m.from];if(w.min==null)m.min=m.max=null;else{let x=m.range(n,w.min,w.max,h);m.min=x[0],m.max=x[1]}}}let c={},f=!1;for(let h in r){
let m=r[h],w=k[h];if(w.min!=m.min||w.max!=m.max){w.min=m.min,w.max=m.max;let x=w.distr;w._min=x==3?$e(w.min):x==4?No(w.min,w.asinh):x==100?w.fwd(w.min):w.min,w._max=x==3?$e(w.max):x==4?No(w.max,w.asinh):
x==100?w.fwd(w.max):w.max,c[h]=f=!0}}if(f){v.forEach((h,m)=>{o==2?m>0&&c.y&&(h._paths=null):c[h.scale]&&(h._paths=null)});for(let h in c)xn=!0,Ft("setScale",h);Ht&&B.left>=0&&(Xe=re=!0)}for(let h in G)
G[h]=null}function Ca(r){let c=Oo(Dt-1,0,Rt-1),f=Oo(Pt+1,0,Rt-1);for(;r[c]==null&&c>0;)c--;for(;r[f]==null&&f<Rt-1;)f++;return[c,f]}function Da(){if(Rt>0){let r=v.some(c=>c._focus)&&Jt!=Me.alpha;r&&(d.
globalAlpha=Jt=Me.alpha),v.forEach((c,f)=>{if(f>0&&c.show&&(kl(f,!1),kl(f,!0),c._paths==null)){let h=Jt;Jt!=c.alpha&&(d.globalAlpha=Jt=c.alpha);let m=o==2?[0,t[f][0].length-1]:Ca(t[f]);c._paths=c.paths(
n,f,m[0],m[1]),Jt!=h&&(d.globalAlpha=Jt=h)}}),v.forEach((c,f)=>{if(f>0&&c.show){let h=Jt;Jt!=c.alpha&&(d.globalAlpha=Jt=c.alpha),c._paths!=null&&Sl(f,!1);{let m=c._paths!=null?c._paths.gaps:null,w=c.points.
show(n,f,Dt,Pt,m),x=c.points.filter(n,f,w,m);(w||x)&&(c.points._paths=c.points.paths(n,f,Dt,Pt,x),Sl(f,!0))}Jt!=h&&(d.globalAlpha=Jt=h),Ft("drawSeries",f)}}),r&&(d.globalAlpha=Jt=1)}}function kl(r,c){
let f=c?v[r].points:v[r];f._stroke=f.stroke(n,r),f._fill=f.fill(n,r)}function Sl(r,c){let f=c?v[r].points:v[r],{stroke:h,fill:m,clip:w,flags:x,_stroke:S=f._stroke,_fill:A=f._fill,_width:C=f.width}=f._paths;
C=ht(C*it,3);let P=null,$=C%2/2;c&&A==null&&(A=C>0?"#fff":S);let q=f.pxAlign==1&&$>0;if(q&&d.translate($,$),!c){let lt=Qt-C/2,st=ie-C/2,X=qt+C,Y=de+C;P=new Path2D,P.rect(lt,st,X,Y)}c?no(S,C,f.dash,f.cap,
A,h,m,x,w):Pa(r,S,C,f.dash,f.cap,A,h,m,x,P,w),q&&d.translate(-$,-$)}function Pa(r,c,f,h,m,w,x,S,A,C,P){let $=!1;A!=0&&j.forEach((q,lt)=>{if(q.series[0]==r){let st=v[q.series[1]],X=t[q.series[1]],Y=(st.
_paths||rs).band;je(Y)&&(Y=q.dir==1?Y[0]:Y[1]);let W,gt=null;st.show&&Y&&Rc(X,Dt,Pt)?(gt=q.fill(n,lt)||w,W=st._paths.clip):Y=null,no(c,f,h,m,gt,x,S,A,C,P,W,Y),$=!0}}),$||no(c,f,h,m,w,x,S,A,C,P)}let Ml=Bn|
Vo;function no(r,c,f,h,m,w,x,S,A,C,P,$){xl(r,c,f,h,m),(A||C||$)&&(d.save(),A&&d.clip(A),C&&d.clip(C)),$?(S&Ml)==Ml?(d.clip($),P&&d.clip(P),ms(m,x),ds(r,w,c)):S&Vo?(ms(m,x),d.clip($),ds(r,w,c)):S&Bn&&(d.
save(),d.clip($),P&&d.clip(P),ms(m,x),d.restore(),ds(r,w,c)):(ms(m,x),ds(r,w,c)),(A||C||$)&&d.restore()}function ds(r,c,f){f>0&&(c instanceof Map?c.forEach((h,m)=>{d.strokeStyle=ps=m,d.stroke(h)}):c!=
null&&r&&d.stroke(c))}function ms(r,c){c instanceof Map?c.forEach((f,h)=>{d.fillStyle=Mn=h,d.fill(f)}):c!=null&&r&&d.fill(c)}function La(r,c,f,h){let m=_[r],w;if(h<=0)w=[0,0];else{let x=m._space=m.space(
n,r,c,f,h),S=m._incrs=m.incrs(n,r,c,f,h,x);w=lf(c,f,S,h,x)}return m._found=w}function so(r,c,f,h,m,w,x,S,A,C){let P=x%2/2;N==1&&d.translate(P,P),xl(S,x,A,C,S),d.beginPath();let $,q,lt,st,X=m+(h==0||h==
3?-w:w);f==0?(q=m,st=X):($=m,lt=X);for(let Y=0;Y<r.length;Y++)c[Y]!=null&&(f==0?$=lt=r[Y]:q=st=r[Y],d.moveTo($,q),d.lineTo(lt,st));d.stroke(),N==1&&d.translate(-P,-P)}function $a(r){let c=!0;return _.
forEach((f,h)=>{if(!f.show)return;let m=k[f.scale];if(m.min==null){f._show&&(c=!1,f._show=!1,An(!1));return}else f._show||(c=!1,f._show=!0,An(!1));let w=f.side,x=w%2,{min:S,max:A}=m,[C,P]=La(h,S,A,x==
0?Z:L);if(P==0)return;let $=m.distr==2,q=f._splits=f.splits(n,h,S,A,C,P,$),lt=m.distr==2?q.map(W=>me[W]):q,st=m.distr==2?me[q[1]]-me[q[0]]:C,X=f._values=f.values(n,f.filter(n,lt,h,P,st),h,P,st);f._rotate=
w==2?f.rotate(n,X,h,P):0;let Y=f._size;f._size=he(f.size(n,X,h,r)),Y!=null&&f._size!=Y&&(c=!1)}),c}function Fa(r){let c=!0;return bl.forEach((f,h)=>{let m=f(n,h,en,r);m!=Ie[h]&&(c=!1),Ie[h]=m}),c}function Oa(){
for(let r=0;r<_.length;r++){let c=_[r];if(!c.show||!c._show)continue;let f=c.side,h=f%2,m,w,x=c.stroke(n,r),S=f==0||f==3?-1:1,[A,C]=c._found;if(c.label!=null){let Ut=c.labelGap*S,ee=Nt((c._lpos+Ut)*it);
yl(c.labelFont[0],x,"center",f==2?"top":bi),d.save(),h==1?(m=w=0,d.translate(ee,Nt(ie+de/2)),d.rotate((f==3?-Es:Es)/2)):(m=Nt(Qt+qt/2),w=ee);let on=ir(c.label)?c.label(n,r,A,C):c.label;d.fillText(on,m,
w),d.restore()}if(C==0)continue;let P=k[c.scale],$=h==0?qt:de,q=h==0?Qt:ie,lt=c._splits,st=P.distr==2?lt.map(Ut=>me[Ut]):lt,X=P.distr==2?me[lt[1]]-me[lt[0]]:A,Y=c.ticks,W=c.border,gt=Y.show?Y.size:0,St=Nt(
gt*it),Ot=Nt((c.alignTo==2?c._size-gt-c.gap:c.gap)*it),ut=c._rotate*-Es/180,Mt=O(c._pos*it),Xt=(St+Ot)*S,Wt=Mt+Xt;w=h==0?Wt:0,m=h==1?Wt:0;let ce=c.font[0],ge=c.align==1?Fn:c.align==2?Eo:ut>0?Fn:ut<0?Eo:
h==0?"center":f==3?Eo:Fn,Te=ut||h==1?"middle":f==2?"top":bi;yl(ce,x,ge,Te);let te=c.font[1]*c.lineGap,ue=lt.map(Ut=>O(a(Ut,P,$,q))),be=c._values;for(let Ut=0;Ut<be.length;Ut++){let ee=be[Ut];if(ee!=null){
h==0?m=ue[Ut]:w=ue[Ut],ee=""+ee;let on=ee.indexOf(`
`)==-1?[ee]:ee.split(/\n/gm);for(let Gt=0;Gt<on.length;Gt++){let Wl=on[Gt];ut?(d.save(),d.translate(m,w+Gt*te),d.rotate(ut),d.fillText(Wl,0,0),d.restore()):d.fillText(Wl,m,w+Gt*te)}}}Y.show&&so(ue,Y.filter(
n,st,r,C,X),h,f,Mt,St,ht(Y.width*it,3),Y.stroke(n,r),Y.dash,Y.cap);let _e=c.grid;_e.show&&so(ue,_e.filter(n,st,r,C,X),h,h==0?2:1,h==0?ie:Qt,h==0?de:qt,ht(_e.width*it,3),_e.stroke(n,r),_e.dash,_e.cap),
W.show&&so([Mt],[1],h==0?1:0,h==0?1:2,h==1?ie:Qt,h==1?de:qt,ht(W.width*it,3),W.stroke(n,r),W.dash,W.cap)}Ft("drawAxes")}function An(r){v.forEach((c,f)=>{f>0&&(c._paths=null,r&&(o==1?(c.min=null,c.max=
null):c.facets.forEach(h=>{h.min=null,h.max=null})))})}let gs=!1,oo=!1,Jn=[];function Ra(){oo=!1;for(let r=0;r<Jn.length;r++)Ft(...Jn[r]);Jn.length=0}function En(){gs||(Qc(Al),gs=!0)}function Ia(r,c=!1){
gs=!0,oo=c,r(n),Al(),c&&Jn.length>0&&queueMicrotask(Ra)}n.batch=Ia;function Al(){if(Gs&&(za(),Gs=!1),xn&&(Sa(),xn=!1),us){if(wt(y,Fn,pt),wt(y,"top",_t),wt(y,ss,Z),wt(y,os,L),wt(M,Fn,pt),wt(M,"top",_t),
wt(M,ss,Z),wt(M,os,L),wt(b,ss,Pe),wt(b,os,Je),g.width=Nt(Pe*it),g.height=Nt(Je*it),_.forEach(({_el:r,_show:c,_size:f,_pos:h,side:m})=>{if(r!=null)if(c){let w=m===3||m===0?f:0,x=m%2==1;wt(r,x?"left":"t\
op",h-w),wt(r,x?"width":"height",f),wt(r,x?"top":"left",x?_t:pt),wt(r,x?"height":"width",x?L:Z),$o(r,fn)}else ne(r,fn)}),ps=Mn=Ks=Js=Zs=Qs=Xs=to=qs=null,Jt=1,Xn(!0),pt!=wn||_t!=Ze||Z!=Se||L!=Qe){An(!1);
let r=Z/Se,c=L/Qe;if(Ht&&!Xe&&B.left>=0){B.left*=r,B.top*=c,Tn&&Ce(Tn,Nt(B.left),0,Z,L),_n&&Ce(_n,0,Nt(B.top),Z,L);for(let f=0;f<ae.length;f++){let h=ae[f];h!=null&&(kn[f]*=r,Sn[f]*=c,Ce(h,he(kn[f]),he(
Sn[f]),Z,L))}}if(mt.show&&!fs&&mt.left>=0&&mt.width>0){mt.left*=r,mt.width*=r,mt.top*=c,mt.height*=c;for(let f in uo)wt(Cn,f,mt[f])}wn=pt,Ze=_t,Se=Z,Qe=L}Ft("setSize"),us=!1}Pe>0&&Je>0&&(d.clearRect(0,
0,g.width,g.height),Ft("drawClear"),R.forEach(r=>r()),Ft("draw")),mt.show&&fs&&(bs(mt),fs=!1),Ht&&Xe&&(sn(null,!0,!1),Xe=!1),Q.show&&Q.live&&re&&(ao(),re=!1),u||(u=!0,n.status=1,Ft("ready")),qn=!1,gs=
!1}n.redraw=(r,c)=>{xn=c||!1,r!==!1?He(D,E.min,E.max):En()};function lo(r,c){let f=k[r];if(f.from==null){if(Rt==0){let h=f.range(n,c.min,c.max,r);c.min=h[0],c.max=h[1]}if(c.min>c.max){let h=c.min;c.min=
c.max,c.max=h}if(Rt>1&&c.min!=null&&c.max!=null&&c.max-c.min<1e-16)return;r==D&&f.distr==2&&Rt>0&&(c.min=ye(c.min,t[0]),c.max=ye(c.max,t[0]),c.min==c.max&&c.max++),G[r]=c,Gs=!0,En()}}n.setScale=lo;let io,
ro,Tn,_n,El,Tl,Nn,zn,_l,Nl,dt,vt,Ve=!1,It=B.drag,Lt=It.x,$t=It.y;Ht&&(B.x&&(io=fe(kc,M)),B.y&&(ro=fe(Sc,M)),E.ori==0?(Tn=io,_n=ro):(Tn=ro,_n=io),dt=B.left,vt=B.top);let mt=n.select=Et({show:!0,over:!0,
left:0,width:0,top:0,height:0},e.select),Cn=mt.show?fe(vc,mt.over?M:y):null;function bs(r,c){if(mt.show){for(let f in r)mt[f]=r[f],f in uo&&wt(Cn,f,r[f]);c!==!1&&Ft("setSelect")}}n.setSelect=bs;function Va(r){
if(v[r].show)Tt&&$o(kt[r],fn);else if(Tt&&ne(kt[r],fn),Ht){let f=vn?ae[0]:ae[r];f!=null&&Ce(f,-10,-10,Z,L)}}function He(r,c,f){lo(r,{min:c,max:f})}function Ae(r,c,f,h){c.focus!=null&&Ga(r),c.show!=null&&
v.forEach((m,w)=>{w>0&&(r==w||r==null)&&(m.show=c.show,Va(w),o==2?(He(m.facets[0].scale,null,null),He(m.facets[1].scale,null,null)):He(m.scale,null,null),En())}),f!==!1&&Ft("setSeries",r,c),h&&ts("set\
Series",n,r,c)}n.setSeries=Ae;function Ha(r,c){Et(j[r],c)}function Ba(r,c){r.fill=tt(r.fill||null),r.dir=ot(r.dir,-1),c=c??j.length,j.splice(c,0,r)}function Wa(r){r==null?j.length=0:j.splice(r,1)}n.addBand=
Ba,n.setBand=Ha,n.delBand=Wa;function Ua(r,c){v[r].alpha=c,Ht&&ae[r]!=null&&(ae[r].style.opacity=c),Tt&&kt[r]&&(kt[r].style.opacity=c)}let Le,Be,nn,Dn={focus:!0};function Ga(r){if(r!=nn){let c=r==null,
f=Me.alpha!=1;v.forEach((h,m)=>{if(o==1||m>0){let w=c||m==0||m==r;h._focus=c?null:w,f&&Ua(m,w?1:Me.alpha)}}),nn=r,f&&En()}}Tt&&yn&&Bt(vi,rt,r=>{B._lock||(tn(r),nn!=null&&Ae(null,Dn,!0,At.setSeries))});
function Ee(r,c,f){let h=k[c];f&&(r=r/it-(h.ori==1?_t:pt));let m=Z;h.ori==1&&(m=L,r=m-r),h.dir==-1&&(r=m-r);let w=h._min,x=h._max,S=r/m,A=w+(x-w)*S,C=h.distr;return C==3?In(10,A):C==4?Vc(A,h.asinh):C==
100?h.bwd(A):A}function ja(r,c){let f=Ee(r,D,c);return ye(f,t[0],Dt,Pt)}n.valToIdx=r=>ye(r,t[0]),n.posToIdx=ja,n.posToVal=Ee,n.valToPos=(r,c,f)=>k[c].ori==0?l(r,k[c],f?qt:Z,f?Qt:0):i(r,k[c],f?de:L,f?ie:
0),n.setCursor=(r,c,f)=>{dt=r.left,vt=r.top,sn(null,c,f)};function zl(r,c){wt(Cn,Fn,mt.left=r),wt(Cn,ss,mt.width=c)}function Cl(r,c){wt(Cn,"top",mt.top=r),wt(Cn,os,mt.height=c)}let Zn=E.ori==0?zl:Cl,Qn=E.
ori==1?zl:Cl;function Ya(){if(Tt&&Q.live)for(let r=o==2?1:0;r<v.length;r++){if(r==0&&le)continue;let c=Q.values[r],f=0;for(let h in c)ke[r][f++].firstChild.nodeValue=c[h]}}function ao(r,c){if(r!=null&&
(r.idxs?r.idxs.forEach((f,h)=>{ct[h]=f}):Uc(r.idx)||ct.fill(r.idx),Q.idx=ct[0]),Tt&&Q.live){for(let f=0;f<v.length;f++)(f>0||o==1&&!le)&&Ka(f,ct[f]);Ya()}re=!1,c!==!1&&Ft("setLegend")}n.setLegend=ao;function Ka(r,c){
let f=v[r],h=r==0&&J==2?me:t[r],m;le?m=f.values(n,r,c)??Re:(m=f.value(n,c==null?null:h[c],r,c),m=m==null?Re:{_:m}),Q.values[r]=m}function sn(r,c,f){_l=dt,Nl=vt,[dt,vt]=B.move(n,dt,vt),B.left=dt,B.top=
vt,Ht&&(Tn&&Ce(Tn,Nt(dt),0,Z,L),_n&&Ce(_n,0,Nt(vt),Z,L));let h,m=Dt>Pt;Le=ft,Be=null;let w=E.ori==0?Z:L,x=E.ori==1?Z:L;if(dt<0||Rt==0||m){h=B.idx=null;for(let S=0;S<v.length;S++){let A=ae[S];A!=null&&
Ce(A,-10,-10,Z,L)}yn&&Ae(null,Dn,!0,r==null&&At.setSeries),Q.live&&(ct.fill(h),re=!0)}else{let S,A,C;o==1&&(S=E.ori==0?dt:vt,A=Ee(S,D),h=B.idx=ye(A,t[0],Dt,Pt),C=H(t[0][h],E,w,0));let P=-10,$=-10,q=0,
lt=0,st=!0,X="",Y="";for(let W=o==2?1:0;W<v.length;W++){let gt=v[W],St=ct[W],Ot=St==null?null:o==1?t[W][St]:t[W][1][St],ut=B.dataIdx(n,W,h,A),Mt=ut==null?null:o==1?t[W][ut]:t[W][1][ut];if(re=re||Mt!=Ot||
ut!=St,ct[W]=ut,W>0&&gt.show){let Xt=ut==null?-10:ut==h?C:H(o==1?t[0][ut]:t[W][0][ut],E,w,0),Wt=Mt==null?-10:K(Mt,o==1?k[gt.scale]:k[gt.facets[1].scale],x,0);if(yn&&Mt!=null){let ce=E.ori==1?dt:vt,ge=zt(
Me.dist(n,W,ut,Wt,ce));if(ge<Le){let Te=Me.bias;if(Te!=0){let te=Ee(ce,gt.scale),ue=Mt>=0?1:-1,be=te>=0?1:-1;be==ue&&(be==1?Te==1?Mt>=te:Mt<=te:Te==1?Mt<=te:Mt>=te)&&(Le=ge,Be=W)}else Le=ge,Be=W}}if(re||
vn){let ce,ge;E.ori==0?(ce=Xt,ge=Wt):(ce=Wt,ge=Xt);let Te,te,ue,be,_e,Ut,ee=!0,on=Vt.bbox;if(on!=null){ee=!1;let Gt=on(n,W);ue=Gt.left,be=Gt.top,Te=Gt.width,te=Gt.height}else ue=ce,be=ge,Te=te=Vt.size(
n,W);if(Ut=Vt.fill(n,W),_e=Vt.stroke(n,W),vn)W==Be&&Le<=Me.prox&&(P=ue,$=be,q=Te,lt=te,st=ee,X=Ut,Y=_e);else{let Gt=ae[W];Gt!=null&&(kn[W]=ue,Sn[W]=be,_i(Gt,Te,te,ee),Ei(Gt,Ut,_e),Ce(Gt,he(ue),he(be),
Z,L))}}}}if(vn){let W=Me.prox,gt=nn==null?Le<=W:Le>W||Be!=nn;if(re||gt){let St=ae[0];St!=null&&(kn[0]=P,Sn[0]=$,_i(St,q,lt,st),Ei(St,X,Y),Ce(St,he(P),he($),Z,L))}}}if(mt.show&&Ve)if(r!=null){let[S,A]=At.
scales,[C,P]=At.match,[$,q]=r.cursor.sync.scales,lt=r.cursor.drag;if(Lt=lt._x,$t=lt._y,Lt||$t){let{left:st,top:X,width:Y,height:W}=r.select,gt=r.scales[$].ori,St=r.posToVal,Ot,ut,Mt,Xt,Wt,ce=S!=null&&
C(S,$),ge=A!=null&&P(A,q);ce&&Lt?(gt==0?(Ot=st,ut=Y):(Ot=X,ut=W),Mt=k[S],Xt=H(St(Ot,$),Mt,w,0),Wt=H(St(Ot+ut,$),Mt,w,0),Zn(ve(Xt,Wt),zt(Wt-Xt))):Zn(0,w),ge&&$t?(gt==1?(Ot=st,ut=Y):(Ot=X,ut=W),Mt=k[A],
Xt=K(St(Ot,q),Mt,x,0),Wt=K(St(Ot+ut,q),Mt,x,0),Qn(ve(Xt,Wt),zt(Wt-Xt))):Qn(0,x)}else fo()}else{let S=zt(_l-El),A=zt(Nl-Tl);if(E.ori==1){let q=S;S=A,A=q}Lt=It.x&&S>=It.dist,$t=It.y&&A>=It.dist;let C=It.
uni;C!=null?Lt&&$t&&(Lt=S>=C,$t=A>=C,!Lt&&!$t&&(A>S?$t=!0:Lt=!0)):It.x&&It.y&&(Lt||$t)&&(Lt=$t=!0);let P,$;Lt&&(E.ori==0?(P=Nn,$=dt):(P=zn,$=vt),Zn(ve(P,$),zt($-P)),$t||Qn(0,x)),$t&&(E.ori==1?(P=Nn,$=
dt):(P=zn,$=vt),Qn(ve(P,$),zt($-P)),Lt||Zn(0,w)),!Lt&&!$t&&(Zn(0,0),Qn(0,0))}if(It._x=Lt,It._y=$t,r==null){if(f){if(Bl!=null){let[S,A]=At.scales;At.values[0]=S!=null?Ee(E.ori==0?dt:vt,S):null,At.values[1]=
A!=null?Ee(E.ori==1?dt:vt,A):null}ts(To,n,dt,vt,Z,L,h)}if(yn){let S=f&&At.setSeries,A=Me.prox;nn==null?Le<=A&&Ae(Be,Dn,!0,S):Le>A?Ae(null,Dn,!0,S):Be!=nn&&Ae(Be,Dn,!0,S)}}re&&(Q.idx=h,ao()),c!==!1&&Ft(
"setCursor")}let We=null;Object.defineProperty(n,"rect",{get(){return We==null&&Xn(!1),We}});function Xn(r=!1){r?We=null:(We=M.getBoundingClientRect(),Ft("syncRect",We))}function Dl(r,c,f,h,m,w,x){B._lock||
Ve&&r!=null&&r.movementX==0&&r.movementY==0||(co(r,c,f,h,m,w,x,!1,r!=null),r!=null?sn(null,!0,!0):sn(c,!0,!1))}function co(r,c,f,h,m,w,x,S,A){if(We==null&&Xn(!1),tn(r),r!=null)f=r.clientX-We.left,h=r.
clientY-We.top;else{if(f<0||h<0){dt=-10,vt=-10;return}let[C,P]=At.scales,$=c.cursor.sync,[q,lt]=$.values,[st,X]=$.scales,[Y,W]=At.match,gt=c.axes[0].side%2==1,St=E.ori==0?Z:L,Ot=E.ori==1?Z:L,ut=gt?w:m,
Mt=gt?m:w,Xt=gt?h:f,Wt=gt?f:h;if(st!=null?f=Y(C,st)?a(q,k[C],St,0):-10:f=St*(Xt/ut),X!=null?h=W(P,X)?a(lt,k[P],Ot,0):-10:h=Ot*(Wt/Mt),E.ori==1){let ce=f;f=h,h=ce}}A&&(c==null||c.cursor.event.type==To)&&
((f<=1||f>=Z-1)&&(f=cn(f,Z)),(h<=1||h>=L-1)&&(h=cn(h,L))),S?(El=f,Tl=h,[Nn,zn]=B.move(n,f,h)):(dt=f,vt=h)}let uo={width:0,height:0,left:0,top:0};function fo(){bs(uo,!1)}let Pl,Ll,$l,Fl;function Ol(r,c,f,h,m,w,x){
Ve=!0,Lt=$t=It._x=It._y=!1,co(r,c,f,h,m,w,x,!0,!1),r!=null&&(Bt(_o,Po,Rl,!1),ts(xi,n,Nn,zn,Z,L,null));let{left:S,top:A,width:C,height:P}=mt;Pl=S,Ll=A,$l=C,Fl=P}function Rl(r,c,f,h,m,w,x){Ve=It._x=It._y=
!1,co(r,c,f,h,m,w,x,!1,!0);let{left:S,top:A,width:C,height:P}=mt,$=C>0||P>0,q=Pl!=S||Ll!=A||$l!=C||Fl!=P;if($&&q&&bs(mt),It.setScale&&$&&q){let lt=S,st=C,X=A,Y=P;if(E.ori==1&&(lt=A,st=P,X=S,Y=C),Lt&&He(
D,Ee(lt,D),Ee(lt+st,D)),$t)for(let W in k){let gt=k[W];W!=D&&gt.from==null&&gt.min!=ft&&He(W,Ee(X+Y,W),Ee(X,W))}fo()}else B.lock&&(B._lock=!B._lock,sn(c,!0,r!=null));r!=null&&(bn(_o,Po),ts(_o,n,dt,vt,
Z,L,null))}function qa(r,c,f,h,m,w,x){if(B._lock)return;tn(r);let S=Ve;if(Ve){let A=!0,C=!0,P=10,$,q;E.ori==0?($=Lt,q=$t):($=$t,q=Lt),$&&q&&(A=dt<=P||dt>=Z-P,C=vt<=P||vt>=L-P),$&&A&&(dt=dt<Nn?0:Z),q&&
C&&(vt=vt<zn?0:L),sn(null,!0,!0),Ve=!1}dt=-10,vt=-10,ct.fill(null),sn(null,!0,!0),S&&(Ve=S)}function Il(r,c,f,h,m,w,x){B._lock||(tn(r),Ys(),fo(),r!=null&&ts(ki,n,dt,vt,Z,L,null))}function Vl(){_.forEach(
rf),js(n.width,n.height,!0)}hn(Ts,Rn,Vl);let Pn={};Pn.mousedown=Ol,Pn.mousemove=Dl,Pn.mouseup=Rl,Pn.dblclick=Il,Pn.setSeries=(r,c,f,h)=>{let m=At.match[2];f=m(n,c,f),f!=-1&&Ae(f,h,!0,!1)},Ht&&(Bt(xi,M,
Ol),Bt(To,M,Dl),Bt(yi,M,r=>{tn(r),Xn(!1)}),Bt(vi,M,qa),Bt(ki,M,Il),Ho.add(n),n.syncRect=Xn);let ws=n.hooks=e.hooks||{};function Ft(r,c,f){oo?Jn.push([r,c,f]):r in ws&&ws[r].forEach(h=>{h.call(null,n,c,
f)})}(e.plugins||[]).forEach(r=>{for(let c in r.hooks)ws[c]=(ws[c]||[]).concat(r.hooks[c])});let Hl=(r,c,f)=>f,At=Et({key:null,setSeries:!1,filters:{pub:Pi,sub:Pi},scales:[D,v[1]?v[1].scale:null],match:[
Li,Li,Hl],values:[null,null]},B.sync);At.match.length==2&&At.match.push(Hl),B.sync=At;let Bl=At.key,ho=zr(Bl);function ts(r,c,f,h,m,w,x){At.filters.pub(r,c,f,h,m,w,x)&&ho.pub(r,c,f,h,m,w,x)}ho.sub(n);
function Ja(r,c,f,h,m,w,x){At.filters.sub(r,c,f,h,m,w,x)&&Pn[r](null,c,f,h,m,w,x)}n.pub=Ja;function Za(){ho.unsub(n),Ho.delete(n),qe.clear(),Fo(Ts,Rn,Vl),p.remove(),rt?.remove(),Ft("destroy")}n.destroy=
Za;function po(){Ft("init",e,t),wl(t||e.data,!1),G[D]?lo(D,G[D]):Ys(),fs=mt.show&&(mt.width>0||mt.height>0),Xe=re=!0,js(e.width,e.height)}return v.forEach(gl),_.forEach(Na),s?s instanceof HTMLElement?
(s.appendChild(p),po()):s(n,po):po(),n}Ct.assign=Et;Ct.fmtNum=Ko;Ct.rangeNum=_s;Ct.rangeLog=Cs;Ct.rangeAsinh=jo;Ct.orient=dn;Ct.pxRatio=it;Ct.join=Zc;Ct.fmtDate=Jo,Ct.tzDate=au;Ct.sync=zr;{Ct.addGap=Uu,
Ct.clipGaps=Ls;let e=Ct.paths={points:Fr};e.linear=Rr,e.stepped=Yu,e.bars=Ku,e.spline=Ju}var af=["Jan","Feb","Mar","Apr","May","Jun","Jul","Aug","Sep","Oct","Nov","Dec"],cf=[1,3,6,12,24,60,120],Br=new WeakMap;function Wr(e){let t=Br.get(e);return t||(t={months:new Int32Array(e.length),dates:new Uint8Array(
e.length)},e.forEach((s,n)=>{let o=new Date(s*864e5);t.months[n]=o.getUTCFullYear()*12+o.getUTCMonth(),t.dates[n]=o.getUTCDate()}),Br.set(e,t)),t}function Ur(e,t,s,n){let{months:o}=Wr(e),[l,i]=[Math.max(
t,1),Math.min(s,e.length-1)],a=g=>{let d=[];for(let b=l;b<=i&&d.length<=n;b++)g(b)&&d.push(b);return d},u=g=>Math.floor((e[g]+3)/7);if(i-t<=n)return a(()=>!0);let p=a(g=>u(g)!==u(g-1));if(p.length<=n)
return p;for(let g of cf){let d=a(b=>Math.floor(o[b]/g)!==Math.floor(o[b-1]/g));if(d.length<=n)return d}return[]}function Gr(e,t){let s=Wr(e),n=t.map(l=>s.months[l]),o=n.some((l,i)=>i>0&&l===n[i-1]);return t.
map((l,i)=>{let a=n[i];if(i?Math.floor(n[i-1]/12)!==Math.floor(a/12):a%12===0&&!o)return String(Math.floor(a/12));let p=af[a%12];return o?`${s.dates[l]} ${p}`:p})}var Yr="11px system-ui, -apple-system, 'Segoe UI', sans-serif",sl=46,uf=24,ff={bars:Ct.paths.bars({size:[.8,40],align:0}),area:Ct.paths.linear()};function Kr(e,t,s,n){let o=t,[l,i]=[!0,null],[a,u]=[n.
zoom(),n.days()],p={...s,padding:[6,8,0,0],legend:{show:!1},cursor:pf(n),scales:{x:{time:!1,range:()=>[n.zoom()[0]-.5,Math.max(n.zoom()[1],n.zoom()[0])+.5]},y:{range:(d,b,y)=>yf(b,y,o.limits)}},axes:[
bf(t.labelled,n),wf(t.compact,n)],series:[{},...t.lines.map(d=>df(d,n))],bands:gf(t.lines),hooks:{drawClear:[d=>vf(d,t,n),d=>kf(d,o,n)],draw:[d=>Mf(d,o,n)],setSelect:[d=>n.selected(d)],setCursor:[d=>n.
pointed(d)]}},g=new Ct(p,jr(t,n),e);return g.over.setAttribute("aria-hidden","true"),{plot:g,update(d){i=d,l&&this.flush()},see(d){l=d,l&&this.flush()},flush(){let d=i;if(i=null,d===null)return;let b=hf(
o,d)&&n.zoom().every((y,M)=>y===a[M])&&u===n.days();o=d,!b&&([a,u]=[n.zoom(),n.days()],g.batch(()=>{d.lines.forEach(({hidden:y},M)=>{g.series[M+1].show===!!y&&g.setSeries(M+1,{show:!y})}),g.setData(jr(
d,n),!0)}))}}}function hf(e,t){return e.extreme===t.extreme&&e.title===t.title&&String(e.marks)===String(t.marks)&&e.hiddenShade.fear===t.hiddenShade.fear&&e.hiddenShade.greed===t.hiddenShade.greed&&e.
lines.every((s,n)=>s.values===t.lines[n].values&&s.hidden===t.lines[n].hidden)}var jr=(e,t)=>[t.places(),...e.lines.map(({values:s})=>s)];function pf(e){return{y:!1,sync:{key:e.syncKey,scales:["x",null]},
drag:{x:!0,y:!1,setScale:!1,dist:4},points:{size:6},bind:{dblclick:()=>()=>(e.zoomOut(),null)}}}function df(e,t){let s=e.paths?{fill:e.stroke,width:e.paths==="bars"?0:.5}:{};return{label:e.label,stroke:e.
stroke,width:e.width,dash:e.dash,spanGaps:!1,show:!e.hidden,points:{show:()=>mf(t)&&!e.paths&&!e.band&&!e.bandEnd,size:7,fill:e.stroke},...s,...e.paths?{paths:ff[e.paths]}:{}}}var mf=e=>e.places().length<
3;function gf(e){let t=e.findIndex(({band:s})=>s);return t<0?[]:[{series:[t+1,t+2],fill:e[t].stroke}]}function bf(e,t){return{stroke:t.palette.muted,font:Yr,size:e?uf:4,gap:3,grid:{stroke:t.palette.grid,
width:1},ticks:{show:!1},splits:s=>Ur(t.days(),...t.zoom(),Math.max(2,Math.floor((s.width-sl)/56))),values:(s,n)=>e?Gr(t.days(),n):n.map(()=>"")}}function wf(e,t){return{stroke:t.palette.muted,font:Yr,
size:sl,gap:4,space:28,grid:{stroke:t.palette.grid,width:1},ticks:{show:!1},values:(s,n,o,l,i)=>n.map(a=>e?ys(a):we(a,xf(i)))}}function xf(e){for(let t=0;t<6;t++){let s=e*10**t;if(Math.abs(s-Math.round(
s))<1e-6)return t}return 6}function yf(e,t,s){if(e===null||t===null||e===void 0||t===void 0)return s?.[1]?s:[0,1];let n=(t-e||Math.abs(t)||1)*.05;return[s?.[0]??e-n,s?.[1]??t+n]}function vf(e,{lines:t},s){
let[n,o]=s.zoom(),l=o-n>e.over.clientWidth;t.forEach(({width:i,paths:a},u)=>{a||(e.series[u+1].width=l?Math.min(i,1):i)})}function kf(e,t,s){let{ctx:n}=e,{left:o,top:l,width:i,height:a}=e.bbox;n.save(),
n.beginPath(),n.rect(o,l,i,a),n.clip();let{extreme:u=[],hiddenShade:p={}}=t,[g,d]=s.zoom(),b=e.width-sl<2*(d-g),y=6*devicePixelRatio,[M,N,O]=b?[l+a-y,y,"FF"]:[l,a,s.palette.shade];for(let z=g;z<=d;){let v=u[z]||
0,_=z+1;for(;_<=d&&(u[_]??(Sf(u,_)?0:v))===v;)_++;let k=v>0?"fear":"greed";if(v&&!p[k]){let j=e.valToPos(z-.5,"x",!0);n.fillStyle=s.palette[k]+O,n.fillRect(j,M,Math.max(e.valToPos(_-.5,"x",!0)-j,1),N)}
z=_}n.restore()}var Sf=(e,t)=>e[t]!==void 0;function Mf(e,t,s){let{ctx:n}=e,{left:o,top:l,width:i,height:a}=e.bbox;n.save(),n.beginPath(),n.rect(o,l,i,a),n.clip(),n.strokeStyle=s.palette.muted,n.lineWidth=
devicePixelRatio,n.setLineDash([3*devicePixelRatio,3*devicePixelRatio]);for(let u of t.marks??[]){let p=Math.round(e.valToPos(u,"y",!0));n.beginPath(),n.moveTo(o,p),n.lineTo(o+i,p),n.stroke()}t.marked&&
Af(e,t,s),n.restore()}function Af(e,t,s){let[n,o]=s.zoom(),[{values:l,hidden:i}]=t.lines;for(let a=n;a<=o&&!i;a++){let u=t.extreme[a];!u||l[a]==null||(e.ctx.fillStyle=s.palette[u>0?"fear":"greed"],e.ctx.
beginPath(),e.ctx.arc(e.valToPos(a,"x",!0),e.valToPos(l[a],"y",!0),2.5*devicePixelRatio,0,7),e.ctx.fill())}}var Ef=900,Tf=16,_f=0,Nf="Left and right arrows move the crosshair, with Shift they move the zoom. Plus and minus zoom, 0 zooms out, 1 to 6 choose a range.",Rs=class{constructor(t,{zoomed:s,toggled:n,
announce:o}){Object.assign(this,{zoomed:s,toggled:n,announce:o,syncKey:`optstat-${_f++}`,blocks:[],structure:null}),this.scene={days:new Int32Array,parts:[],zoom:[0,0]},this.at=null,this.root=T("div",
{class:"optstat-chart",role:"application",tabIndex:0,"data-lm-suppress-shortcuts":"true","aria-label":"Chart","aria-description":Nf,onkeydown:l=>this.pressed(l),onpointerleave:()=>this.point(null)}),this.
picture=T("div",{role:"img",class:"optstat-unseen"}),this.grid=T("div",{class:"optstat-blocks"}),this.root.append(this.picture,this.grid),t.append(this.root),this.hosts=new Map,this.sight=new IntersectionObserver(
l=>l.forEach(({target:i,isIntersecting:a})=>this.hosts.get(i)?.see(a)),{rootMargin:"150px",scrollMargin:"150px"}),this.sizes=new ResizeObserver(()=>this.resize()),this.sizes.observe(this.root)}destroy(){
this.sizes.disconnect(),this.clear()}days=()=>this.scene.days;zoom=()=>this.scene.zoom;places=()=>this.axis;show(t,s,n,o,l){Object.assign(this,{scene:t,view:s,vocabulary:n,palette:o}),this.axis?.length!==
t.days.length&&(this.axis=Uint32Array.from(t.days.keys())),this.picture.setAttribute("aria-label",l),this.at!==null&&!(this.at>=t.zoom[0]&&this.at<=t.zoom[1])&&(this.at=null);let i=this.describe(),a=JSON.
stringify([this.columns(i.length),o.background,i.map(({title:u,panels:p})=>[u,p.map(({id:g,lines:d})=>[g,d.map(b=>[b.id,b.paths])])])]);a!==this.structure?this.build(i,a):i.forEach((u,p)=>this.blocks[p].
panels.forEach((g,d)=>g.update(u.panels[d]))),this.showValues()}describe(){let{scene:t,view:s,vocabulary:n,palette:o}=this,l=s.arrangement==="compare"?[{title:"All series",part:null,panels:[di(t,s,n,o)]}]:
t.parts.map(a=>({title:a.series.title,part:a,panels:pi(a,t,s,n,o)})),i=new Set(s.hidden);for(let{panels:a}of l){a.at(-1).labelled=!0;for(let u of a){u.hiddenShade={fear:i.has("fear"),greed:i.has("gree\
d")};let p=i.has(`${u.id}.upper`);for(let g of u.lines)g.hidden=g.band||g.bandEnd?p:i.has(`${u.id}.${g.id}`)}}return l}columns(t){let s=this.root.clientWidth;return this.view.arrangement!=="side by si\
de"||s<Ef?1:Math.max(1,Math.min(t,Math.floor(s/440),4))}flush(){for(let t of this.hosts.values())t.flush()}clear(){this.sight.disconnect(),this.hosts.clear();for(let{panels:t}of this.blocks)for(let{plot:s}of t)
s.destroy();this.blocks=[],this.grid.replaceChildren()}build(t,s){this.clear(),this.structure=s;let n=this.columns(t.length);this.grid.style.gridTemplateColumns=`repeat(${n}, minmax(0, 1fr))`,this.blocks=
t.map(({title:o,part:l,panels:i})=>{let a=T("section",{class:"optstat-block","aria-label":o}),u=T("span",{class:"optstat-day"}),p=l?this.shadeSwitches():[];a.append(T("div",{class:"optstat-block-head"},
T("span",{class:"optstat-title"},o),u,...p)),this.grid.append(a);let g=i.map(d=>{let b=this.legend(d),y=T("div",{class:"optstat-plot","data-panel":d.id});a.append(b.root,y);let M=Kr(y,d,this.size(d,n),
this);return this.followTouch(M.plot),this.hosts.set(y,M),this.sight.observe(y),{...M,panel:d,legend:b,update:N=>(M.update(N),b.update(N))}});return{root:a,day:u,part:l,panels:g}})}size(t,s){let n=Math.
max(160,Math.floor((this.root.clientWidth-Tf*(s-1))/s)),o=Math.min(Math.max((globalThis.innerHeight||800)*.6,400),640);return{width:n,height:Math.round(o*t.height)+(t.labelled?20:0)}}resize(){if(!this.
view||!this.blocks.length)return;let t=this.columns(this.blocks.length);if(JSON.parse(this.structure)[0]!==t){this.show(this.scene,this.view,this.vocabulary,this.palette,this.picture.getAttribute("ari\
a-label"));return}for(let{panels:s}of this.blocks)for(let{plot:n,panel:o}of s){let l=this.size(o,t);(n.width!==l.width||n.height!==l.height)&&n.setSize(l)}}entry(t,s,n){let o=T("b"),l=T("span"),i=T("b\
utton",{type:"button","aria-pressed":"true",onclick:()=>this.toggled(t)},T("i",{class:`optstat-swatch optstat-${n}`,style:`--swatch:${s}`,"aria-hidden":"true"}),l," ",o);return{id:t,button:i,text:l,value:o}}shadeSwitches(){
return["fear","greed"].map(t=>{let{button:s,text:n}=this.entry(t,this.palette[t],"area");return n.textContent=t,s.dataset.shade=t,s})}legend(t){let s=T("div",{class:"optstat-legend",role:"group","aria\
-label":t.title}),n=T("span",{class:"optstat-panel-title"},t.title),o=t.lines.filter(({bandEnd:i})=>!i).map(i=>this.entry(`${t.id}.${i.id}`,i.stroke,i.paths||i.band?"area":i.dash?"dashed":"line"));n.hidden=
o.length===1&&t.id!=="compare",s.append(n,...o.map(({button:i})=>i));let l={root:s,entries:o,update:i=>{Ne(n,i.title);let a=i.lines.filter(({bandEnd:u})=>!u);o.forEach(({button:u,text:p},g)=>{Ne(p,a[g].
label),u.setAttribute("aria-pressed",String(!a[g].hidden))}),l.panel=i}};return l.update(t),l}showValues(){let t=new Set(this.view.hidden);for(let s of this.grid.querySelectorAll("[data-shade]"))s.setAttribute(
"aria-pressed",String(!t.has(s.dataset.shade)));for(let s of this.blocks){let n=this.at??this.lastPlace(s),o=this.scene.days[n];Ne(s.day,o===void 0?"no session":bt(o));for(let{legend:l}of s.panels){let{
lines:i}=l.panel,a=i.filter(({bandEnd:u})=>!u);l.entries.forEach(({value:u},p)=>Ne(u,Cf(a[p],i,n)))}}}lastPlace({panels:t}){let[s,n]=this.scene.zoom,{lines:o}=t[0].legend.panel;for(let l=n;l>s;l--)if(o.
some(({values:i})=>i[l]!==void 0))return l;return n}pointed(t){if(t!==this.blocks[0]?.panels[0]?.plot)return;let s=t.cursor.idx??null;s!==this.at&&(this.at=s,this.showValues())}point(t){this.at=t;for(let{
panels:s}of this.blocks)for(let{plot:n}of s){let o=t===null?-10:n.valToPos(t,"x");n.setCursor({left:o,top:t===null?-10:0},!1)}this.showValues()}selected(t){let{left:s,width:n}=t.select;if(n<=0||(t.setSelect(
{left:0,top:0,width:0,height:0},!1),!t.root.matches(":hover")))return;let o=[s,s+n].map(l=>Math.round(t.posToVal(l,"x")));this.zoomTo(...o)}zoomTo(t,s){let n=this.scene.days.length-1,[o,l]=[Math.max(0,
Math.min(t,n)),Math.min(n,Math.max(s,0))];n<1||l<=o||this.zoomed(o===0&&l===n?null:[bt(this.scene.days[o]),bt(this.scene.days[l])])}zoomOut(){this.zoomed(null)}pressed(t){if(t.ctrlKey||t.metaKey||t.altKey||
t.target!==this.root)return;let s=zf[t.key];s&&(t.preventDefault(),t.stopPropagation(),s(this,t.shiftKey))}step(t,s){let[n,o]=this.scene.zoom;if(s){let i=o-n,a=Math.max(1,Math.round(i/10))*t,u=Math.max(
0,Math.min(n+a,this.scene.days.length-1-i));this.zoomTo(u,u+i);return}let l=this.at===null?t<0?o:n:Math.max(n,Math.min(o,this.at+t));this.point(l),this.announce(this.spoken(l))}scale(t){let[s,n]=this.
scene.zoom,o=this.at??(s+n)/2,l=Math.round(o-(o-s)*t),i=Math.round(o+(n-o)*t);(i-l>=1||t>1)&&this.zoomTo(Math.min(l,s+(t>1?-1:0)||l),i)}spoken(t){let s=bt(this.scene.days[t]??0),n=this.blocks.map(({root:o,
panels:l})=>{let i=l.flatMap(({legend:a})=>a.entries.map(({text:u,value:p})=>`${u.textContent} ${p.textContent}`));return`${o.getAttribute("aria-label")}: ${i.join(", ")}`});return`${s}. ${n.join(". ")}`}followTouch(t){
t.over.style.touchAction="pan-y";let s=n=>{if(n.pointerType==="mouse")return;let o=n.clientX-t.over.getBoundingClientRect().left,l=Math.round(t.posToVal(o,"x"));this.point(Math.max(this.scene.zoom[0],
Math.min(this.scene.zoom[1],l)))};t.over.addEventListener("pointerdown",s),t.over.addEventListener("pointermove",s)}},zf={ArrowLeft:(e,t)=>e.step(-1,t),ArrowRight:(e,t)=>e.step(1,t),Home:e=>e.point(e.
scene.zoom[0]),End:e=>e.point(e.scene.zoom[1]),"+":e=>e.scale(.5),"=":e=>e.scale(.5),"-":e=>e.scale(2),_:e=>e.scale(2),0:e=>e.zoomOut(),Escape:e=>e.at===null?e.zoomOut():e.point(null)};function Cf(e,t,s){
if(e.band){let n=t.find(({bandEnd:o})=>o);return e.values[s]==null?"–":`${ol(n,s)}–${ol(e,s)}`}return ol(e,s)}function ol(e,t){let s=(e.shown??e.values)[t];return s==null?"–":e.count?Math.abs(s)>=
1e6?ys(s):ln(s):we(s,e.digits)}var ll=e=>Number.isInteger(e)?`${e}.0`:String(e),qr=e=>e===null?"None":`'${e}'`,Jr=e=>e===null?"":`"${e}"`;function Zr(e,t,s,n,o,l){let{window:i,lookback:a,lower:u,upper:p,k:g,metric:d}=e,b=[...t.code.
head];for(let{comment:k}of s)k&&b.push(k);s.length<t.code.series&&b.push(`df = df.loc[:, df.columns.droplevel(-1).isin([${s.map(({literal:k})=>k).join(", ")}])]`);let[y,M]=n,N=y===null&&M===null?"":`.\
loc[${Jr(y)}:${Jr(M)}]`,O=`lookback=${a}, lower=${ll(u)}, upper=${ll(p)}`,z=i===a?`(${i},)`:`(${i}, ${a})`,v=`start=${qr(y)}, end=${qr(M)}, theme='${o}'`,_=l[d].expression.replaceAll("{window}",i).replaceAll(
"{lookback}",a);return b.push(`metrics = df.optstat.metrics(windows=${z}, ${O})${N}`,`${d} = df.optstat.${_}${N}`,`df.optstat.plot("overview", windows=${z}, ${O}, ${v})`,`df.optstat.plot("bands", wind\
ow=${i}, k=${ll(g)}, ${v})`),b.join(`
`)+`
`}var Df=0,Is=class{constructor(t,s,n){Object.assign(this,{vocabulary:s,act:n,id:`optstat-drawer-${Df++}`}),this.toolbar=T("div",{class:"optstat-toolbar",role:"toolbar","aria-label":"Explorer"}),this.drawer=
T("div",{class:"optstat-drawer",id:this.id,hidden:!0}),t.append(this.toolbar,this.drawer),this.buildToolbar(),this.buildDrawer()}buildToolbar(){let{vocabulary:t,act:s}=this;this.presets=t.presets.map(
n=>T("button",{type:"button","aria-pressed":"false",onclick:()=>s.choose({preset:n,start:null,end:null,zoom:null})},n)),this.start=this.dateBox("From","start"),this.end=this.dateBox("To","end"),this.window=
this.slider("Window","window",t.windows,"sessions of the rolling mean and the band"),this.lookback=this.slider("Lookback","lookback",t.lookbacks,"sessions that a day is compared with"),this.metric=this.
list("Metric","metric",Object.entries(t.metrics).map(([n,{title:o}])=>[n,o])),this.more=T("button",{type:"button","aria-expanded":"false","aria-controls":this.id,onclick:()=>{this.drawer.hidden=!this.
drawer.hidden,this.more.setAttribute("aria-expanded",String(!this.drawer.hidden))}},"More"),this.toolbar.append(T("div",{class:"optstat-group",role:"group","aria-label":"Range"},...this.presets),this.
start.root,this.end.root,this.window.root,this.lookback.root,this.metric.root,this.more)}buildDrawer(){let{vocabulary:t,act:s}=this;this.series=T("div",{class:"optstat-row"}),this.codes=this.codeEntry(
t.codes??[]),this.arrangement=this.list("Arrange","arrangement",t.arrangements.map(o=>[o,o])),this.theme=this.list("Theme","theme",t.themes.map(o=>[o,o])),this.limits=[["Lower","lower",0,1,.01],["Uppe\
r","upper",0,1,.01],["Band","k",0,10,.1]].map(o=>this.number(...o)),this.source=T("input",{type:"text",list:`${this.id}-sources`,size:28,spellcheck:!1,autocomplete:"off"}),this.source.addEventListener(
"keydown",o=>o.key==="Enter"&&this.sourceChosen()),this.source.addEventListener("change",()=>this.sourceChosen());let n=T("datalist",{id:`${this.id}-sources`},T("option",{value:"simulator:"}));this.refresh=
T("button",{type:"button",title:"request what is provisional or new",onclick:()=>s.send("refresh")},"Refresh"),this.loading=T("div",{class:"optstat-row"},Ke("Source",this.source),n,this.refresh),this.
format=T("select",{},...t.formats.map(o=>T("option",{value:o},o))),this.name=T("input",{type:"text",placeholder:"file name",size:18,spellcheck:!1}),this.table=T("button",{type:"button","aria-expanded":"\
false",onclick:()=>{let o=this.table.getAttribute("aria-expanded")!=="true";this.table.setAttribute("aria-expanded",String(o)),s.table(o)}},"Table"),this.code=T("textarea",{rows:8,readOnly:!0,spellcheck:!1}),
this.codeBox=Ke("Code",this.code),this.codeBox.hidden=!0,this.codeBox.classList.add("optstat-code"),this.drawer.append(this.series,T("div",{class:"optstat-row"},this.arrangement.root,this.theme.root,...this.
limits.map(({root:o})=>o)),this.loading,T("div",{class:"optstat-row"},T("button",{type:"button",title:"copy code that reproduces this view",onclick:()=>s.copy()},"Copy as code"),Ke("Save as",this.format),
Ke("File",this.name),T("button",{type:"button",onclick:()=>s.save(this.format.value,this.name.value.trim())},"Save"),this.table),this.codeBox)}dateBox(t,s){let n=T("input",{type:"date",min:"1973-01-01",
max:"2199-12-31"}),o=!1,l=()=>{if(o=!1,n.value===n.dataset.shown)return;if(n.validity.badInput)return void(n.value=n.dataset.shown);let i=s==="start"?{end:this.end.value()||null}:{start:this.start.value()||
null};if(!n.value&&!i.start&&!i.end)return void(n.value=n.dataset.shown);this.act.choose({preset:null,[s]:n.value||null,...i,zoom:null})};return n.addEventListener("keydown",i=>{i.key==="Enter"?l():i.
key==="Escape"?n.value=n.dataset.shown:i.key!=="Tab"&&(o=!0)}),n.addEventListener("blur",l),n.addEventListener("change",()=>o||l()),{root:Ke(t,n),value:()=>n.dataset.shown,show:i=>{let a=o&&document.activeElement===
n;n.dataset.shown=i,!a&&n.value!==i&&(n.value=i)}}}slider(t,s,[n,o],l){let i=T("input",{type:"range",min:String(n),max:String(o),step:"1",title:l,"aria-label":t}),a=T("input",{type:"number",min:String(
n),max:"9999","aria-label":`${t}, as a number`});i.addEventListener("input",()=>this.act.choose({[s]:Number(i.value)})),a.addEventListener("change",()=>{let p=Math.round(Number(a.value));p>=n?this.act.
choose({[s]:p}):a.value=i.value});let u=T("span",{"aria-hidden":"true"},t);return{root:T("span",{class:"optstat-slider"},u,i,a),show:p=>{p>Number(i.max)&&(i.max=String(p)),p<Number(i.min)&&(i.min=String(
p)),Number(i.value)!==p&&(i.value=String(p)),Number(a.value)!==p&&(a.value=String(p))}}}list(t,s,n){let o=T("select",{},...n.map(([l,i])=>T("option",{value:l},i)));return o.addEventListener("change",()=>this.
act.choose({[s]:o.value})),{root:Ke(t,o),show:l=>o.value=l}}number(t,s,n,o,l){let i=T("input",{type:"number",min:String(n),max:String(o),step:String(l)});return i.addEventListener("change",()=>{let a=Number(
i.value);i.value===""||a<n||a>o?i.value=i.dataset.shown:this.act.choose({[s]:a})}),{root:Ke(t,i),show:a=>{(Number(i.value)!==a||i.value==="")&&(i.value=String(a)),i.dataset.shown=String(a)}}}sourceChosen(){
let t=this.source.value;t.trim()!==this.source.dataset.shown&&this.act.send("source",{value:t})}show(t,s,[n,o]){let{presets:l,vocabulary:i}=this;l.forEach((a,u)=>a.setAttribute("aria-pressed",String(i.
presets[u]===t.preset))),this.start.show(n===void 0?"":bt(n)),this.end.show(o===void 0?"":bt(o));for(let a of["window","lookback","metric","arrangement","theme"])this[a].show(t[a]);["lower","upper","k"].
forEach((a,u)=>this.limits[u].show(t[a])),this.showSeries(t,s)}showSeries(t,s){let n=s?.loaded.given??!1;this.markets=t.markets,this.loading.hidden=n;let o=n?[["Series","series",s.series.map(({title:i})=>i)]]:
[["Market","markets",Pf(t,this.vocabulary)],["Data type","data_types",this.vocabulary.data_types]],l=JSON.stringify(o);l!==this.structure&&(this.structure=l,this.series.replaceChildren(...o.map(([i,a,
u])=>this.checks(i,a,u))),n||this.series.children[0].append(this.codes.root),this.series.hidden=n&&s.series.length<2);for(let i of this.series.querySelectorAll("input[type=checkbox]"))i.checked=(t[i.name]??
o[0][2]).includes(i.value);!n&&s&&(this.showSource(s.loaded.source),this.refresh.disabled=!s.loaded.refreshable)}codeEntry(t){let s=T("input",{type:"text",list:`${this.id}-codes`,size:12,placeholder:"\
US.AAPL",spellcheck:!1,autocomplete:"off"}),n=()=>{let l=s.value.trim().toUpperCase();s.value="",l&&!this.markets.includes(l)&&this.act.choose({markets:[...this.markets,l]})};s.addEventListener("keydo\
wn",l=>l.key==="Enter"&&n()),s.addEventListener("change",n);let o=T("datalist",{id:`${this.id}-codes`},...t.map(l=>T("option",{value:l})));return{root:T("span",{},Ke("Add code",s),o)}}showSource(t){document.
activeElement!==this.source&&(this.source.value=t),this.source.dataset.shown=t}checks(t,s,n){let o=n.map(l=>{let i=T("input",{type:"checkbox",name:s,value:l});return i.addEventListener("change",()=>{let a=[
...this.series.querySelectorAll(`input[name=${s}]`)].filter(({checked:u})=>u);this.act.choose({[s]:a.map(u=>u.value)})}),T("label",{class:"optstat-check"},i,l)});return T("div",{class:"optstat-group",
role:"group","aria-label":t},T("span",{},`${t}:`),...o)}showCode(t){this.code.value!==t&&(this.code.value=t),this.codeBox.hidden=!1}showsCode=()=>!this.codeBox.hidden;pressPreset(t){this.presets[t]?.click()}},
Pf=(e,{markets:t})=>[...t,...e.markets.filter(s=>!t.includes(s))],Lf=0;function Ke(e,t){return t.id=`optstat-control-${Lf++}`,T("span",{class:"optstat-label"},T("label",{for:t.id},e),t)}var Qr=(e,t)=>(e>0?"+":"")+we(e,t),il=e=>`${e} ${e===1?"session":"sessions"}`;function Xr(e,t,s){let{series:n}=e,[o,l]=Ge(e,t),i=n.synthetic?["synthetic"]:[];if(o>=l)return{title:n.title,badges:i,empty:!0};
let a=ri(n.prepared,s,l);a.row>=0&&n.provisional.includes(a.day)&&i.push("provisional");let u=a.side>0?"fear":a.side<0?"greed":null;return{title:n.title,badges:i,side:u,day:a.day,ratio:a.ratio,empty:a.
row<o,facts:[["change",Qr(a.change,3)],["percentile",Number.isNaN(a.percentile)?"–":`${we(100*a.percentile,0)} %`],["z-score",Qr(a.zscore,2)],u?["state",`${u}, ${il(a.age)}`]:["last extreme",a.since===
null?"none":`${il(a.since)} ago`]]}}function ta(e,t){e.replaceChildren(...t.map(s=>{let n=s.badges.map(i=>T("span",{class:`optstat-badge optstat-${i}`},i)),o=T("div",{class:"optstat-card-title"},T("sp\
an",{},s.title),...n);if(s.empty)return T("div",{class:"optstat-card"},o,T("div",{class:"optstat-facts"},"No session in the range."));let l=s.facts.map(([i,a])=>T("span",{class:i==="state"?`optstat-fa\
ct optstat-side-${s.side}`:"optstat-fact"},T("i",{},i)," ",T("b",{},a)));return T("div",{class:"optstat-card"},o,T("div",{class:"optstat-facts"},T("span",{class:"optstat-ratio",title:`put/call ratio o\
f ${bt(s.day)}`},we(s.ratio,3)),...l))}))}function ea(e,t){return t.map((s,n)=>{if(s.empty)return`${s.title}: no rows.`;let o=s.facts.map(([i,a])=>`${i} ${a}`).join(", "),l=e[n].count;return`${s.title}\
: ${il(l)} until ${bt(s.day)}; put/call ratio ${we(s.ratio,2)}, ${o}.`}).join(" ")||"No rows."}var Vs=class{constructor(t,s){Object.assign(this,{model:t,changed:s,isSilent:!1,waiting:new Map,last:0}),this.received=n=>this.receive(n),t.on("msg:custom",this.received)}destroy(){this.model.off("msg\
:custom",this.received);for(let{timer:t}of this.waiting.values())clearTimeout(t);this.waiting.clear()}ask(t,s={}){let n=`${Date.now().toString(36)}-${this.last++}`,o=setTimeout(()=>this.setSilent(!0),
2e3);return new Promise(l=>{this.waiting.set(n,{done:l,timer:o});try{this.model.send({...s,id:n,kind:t})}catch{this.setSilent(!0)}})}ping(){this.waiting.size||this.ask("ping")}receive(t){let s=this.waiting.
get(t?.id);s&&(this.waiting.delete(t.id),clearTimeout(s.timer),this.setSilent(!1),s.done(t))}setSilent(t){this.isSilent!==t&&(this.isSilent=t,this.changed())}};var Oe=40,jn=46,rl=8,$f=8,Hs=class{constructor(t,s){this.changed=s,this.canvas=T("canvas",{class:"optstat-overview","aria-hidden":"true",height:Oe}),t.append(this.canvas),this.context=this.canvas.getContext(
"2d"),this.sizes=new ResizeObserver(()=>this.draw()),this.sizes.observe(this.canvas);for(let n of["pointerdown","pointermove","pointerup","pointercancel","dblclick"])this.canvas.addEventListener(n,o=>this[n](
o))}destroy(){this.sizes.disconnect()}show(t,s,n,o){Object.assign(this,{count:t,lines:s,zoom:n,palette:o}),this.draw()}x=t=>jn+(t+.5)/this.count*(this.width-jn-rl);place=t=>Math.floor((t-jn)/(this.width-
jn-rl)*this.count);draw(){let{canvas:t,context:s,lines:n,palette:o}=this;if(!n)return;this.width=t.clientWidth;let l=globalThis.devicePixelRatio||1,[i,a]=[Math.round(this.width*l),Math.round(Oe*l)];if((t.
width!==i||t.height!==a)&&Object.assign(t,{width:i,height:a}),s.setTransform(l,0,0,l,0,0),s.clearRect(0,0,this.width,Oe),!this.count)return;for(let{values:g,colour:d}of n)this.line(g,d);let[u,p]=[this.
x(this.zoom[0]-.5),this.x(this.zoom[1]+.5)];s.globalAlpha=.7,s.fillStyle=o.background,s.fillRect(jn,0,u-jn,Oe),s.fillRect(p,0,this.width-rl-p,Oe),s.globalAlpha=1,s.strokeStyle=o.muted,s.lineWidth=1,s.
strokeRect(u+.5,.5,Math.max(p-u-1,2),Oe-1),s.fillStyle=o.muted;for(let g of[u,p])s.fillRect(g-2,Oe/2-8,4,16)}line(t,s){let n=this.context,o=t.filter(u=>u!=null),[l,i]=[Math.min(...o),Math.max(...o)];n.
beginPath();let a=!1;t.forEach((u,p)=>{if(u===void 0)return;if(u===null)return void(a=!1);let g=Oe-4-(u-l)/(i-l||1)*(Oe-8);a?n.lineTo(this.x(p),g):n.moveTo(this.x(p),g),a=!0}),n.strokeStyle=s,n.lineWidth=
1,n.stroke()}pointerdown(t){if(!this.count)return;let s=t.offsetX,[n,o]=[this.x(this.zoom[0]-.5),this.x(this.zoom[1]+.5)],l=Math.abs(s-n)<Math.abs(s-o)?"left":"right",i=Math.min(Math.abs(s-n),Math.abs(
s-o))<$f,a=this.zoom[1]-this.zoom[0]>=this.count-1;this.drag={start:this.place(s),zoom:this.zoom,kind:i?l:s>n&&s<o&&!a?"move":"new"},this.canvas.setPointerCapture(t.pointerId)}pointermove(t){if(!this.
drag)return;let{start:s,zoom:n,kind:o}=this.drag,l=Math.max(0,Math.min(this.count-1,this.place(t.offsetX)));if(o==="left")this.changed(Math.min(l,n[1]-1),n[1]);else if(o==="right")this.changed(n[0],Math.
max(l,n[0]+1));else if(o==="new")l!==s&&this.changed(Math.min(l,s),Math.max(l,s));else{let i=n[1]-n[0],a=Math.max(0,Math.min(this.count-1-i,n[0]+l-s));this.changed(a,a+i)}}pointerup(){this.drag=null}pointercancel(){
this.drag=null}dblclick(){this.changed(0,this.count-1)}};var na=e=>typeof e=="number"?Number.isNaN(e)?"":String(e):/[",\n\r]/.test(e)?`"${e.replaceAll('"','""')}"`:e;function sa(e,t,s){let n=["time","series","source","call_value","put_value","ratio",`ratio_\
mean_${t.window}`,`zscore_${t.lookback}`,`percentile_${t.lookback}`,`extreme_${t.lookback}`],o=!["zscore","percentile"].includes(t.metric);o&&n.push(s[t.metric].title);let l=[n.map(na).join(",")];for(let i of e.
parts){let{series:a,result:u}=i,[p,g]=Ge(i,e);for(let d=p;d<g;d++){let b=Number.isNaN(u.percentile[d]),y=[bt(a.days[d]),a.title,a.source,a.call[d],a.put[d],u.ratio[d],u.mean[d],u.zscore[d],u.percentile[d],
b?NaN:u.extreme[d]];o&&y.push(u.metric[d]),l.push(y.map(na).join(","))}}return l.join(`
`)+`
`}function oa(e){let t=e.parts.map(({series:l})=>l.title),s=[t.length===1?t[0]:`${t.length} series`],[n,o]=e.zoom.map(l=>e.days[l]);return n!==void 0&&s.push(`from-${bt(n)}`,`to-${bt(o)}`),e.parts.some(
({series:l})=>l.synthetic)&&s.push("synthetic"),s.join("-").replaceAll(/[^\p{L}\p{N}_-]/gu,"-")}function la(e,t,s){e.flush();let n=globalThis.devicePixelRatio||1,o=e.grid.getBoundingClientRect(),l=document.
createElement("canvas");l.width=Math.round((o.width+16)*n),l.height=Math.round((o.height+34)*n);let i=l.getContext("2d");i.scale(n,n),i.fillStyle=s.background,i.fillRect(0,0,l.width,l.height);let a=p=>{
let g=p.getBoundingClientRect();return[g.left-o.left+8,g.top-o.top+8,g]};i.textBaseline="middle";for(let p of e.grid.querySelectorAll(".optstat-title, .optstat-day, .optstat-panel-title, .optstat-lege\
nd button, .optstat-block-head button")){let[g,d,b]=a(p),y=getComputedStyle(p),M=p.querySelector("i");i.font=`${y.fontWeight} ${y.fontSize} ${y.fontFamily}`,i.globalAlpha=p.getAttribute("aria-pressed")===
"false"?.4:1,M&&(i.fillStyle=M.style.getPropertyValue("--swatch"),i.fillRect(a(M)[0],d+b.height/2-2,12,4)),i.fillStyle=y.color,i.fillText(p.textContent.trim(),M?a(M)[0]+16:g,d+b.height/2)}i.globalAlpha=
1;for(let p of e.grid.querySelectorAll(".optstat-plot canvas")){let[g,d,b]=a(p);i.drawImage(p,g,d,b.width,b.height)}let u=t.some(({badges:p})=>p.includes("synthetic"));return i.font="12px sans-serif",
i.fillStyle=s.muted,i.fillText(`${u?"SYNTHETIC DATA · ":""}pd_optstat`,8,o.height+20),l}function al(e,t){let s=document.createElement("a");s.href=URL.createObjectURL(t),s.download=e,s.click(),setTimeout(
()=>URL.revokeObjectURL(s.href),6e4)}async function ia(e){try{return await navigator.clipboard.writeText(e),!0}catch{let t=document.createElement("textarea");t.value=e,t.style.cssText="position: fixed\
; opacity: 0",document.body.append(t),t.select();let s=document.execCommand("copy");return t.remove(),s}}var Ws=["markets","data_types","series","preset","start","end","window","lookback","metric","lower","upper","k","arrangement","theme","zoom","hidden"],Ff={"1M":1,"3M":3,"1Y":12,"5Y":60},ra="1973-01-01",
cl=e=>Object.fromEntries(Ws.map(t=>[t,e.get(t)]));function Of(e,t){let[s,n,o]=bt(e).split("-").map(Number),l=s*12+(n-1)-t,[i,a]=[Math.floor(l/12),l%12],u=new Date(Date.UTC(i,a+1,0)).getUTCDate();return Date.
UTC(i,a,Math.min(o,u))/864e5}function Bs(e,t){let s=e.end?Ue(e.end):null,n=s??1/0;if(e.preset===null)return[e.start?Ue(e.start):-1/0,n];if(e.preset==="Max")return[-1/0,n];let o=s??Ue(t);return e.preset===
"YTD"?[Ue(`${bt(o).slice(0,4)}-01-01`),n]:[Of(o,Ff[e.preset]),n]}function Rf([e,t],s){let n=s.first===null?-1/0:Ue(s.first),o=s.last===null?1/0:Ue(s.last);return e>=n&&t<=o}function Us(e,t){let s=Bs(e,
t.today);return Rf(s,t)?s:Bs({...e,...t.view},t.today)}function aa(e){return e.last===null?e:{...e,today:e.last,last:null}}function ul(e,t){return t.loaded.given?e.series??t.series.map(({title:s})=>s):
e.markets.flatMap(s=>e.data_types.map(n=>`${s} ${n}`))}function ca(e,t){let s=new Set(ul(e,t)),n=t.series.filter(({title:o})=>s.has(o));return n.length?n:t.series}function ua(e,t){if(t?.loaded.given?e.
series?.length===0:!e.markets.length||!e.data_types.length)return t?.loaded.given?"Choose at least one series.":"Choose at least one market and one data type.";for(let[s,n]of[["From",e.start],["To",e.
end]])if(n&&(Ue(n)===null||n<ra))return`${s} ${n} is not a day from ${ra} on.`;return e.preset===null&&e.start&&e.end&&e.start>e.end?`From ${e.start} is after To ${e.end}. Swap them?`:e.lower<e.upper?
e.metric==="detrend"&&e.window>=e.lookback?`Window ${e.window} is not shorter than Lookback ${e.lookback}, as the detrended ratio requires. Move one of the sliders, or choose another metric.`:null:`lo\
wer=${e.lower}, upper=${e.upper}: lower must be below upper.`}function If(e){for(let[t,s]of[[86400,"d"],[3600,"h"],[60,"min"]])if(e>=t)return`${Math.floor(e/t)} ${s} ago`;return"just now"}var Vf=e=>e<=0?"today":e===1?"1 day old":`${e} days old`;function fa(e,t,s){
let{status:n}=e,o=[...n.before];if(!t.days.length)o.unshift("no session in the range shown");else{let l=t.days[t.days.length-1];o.push(`newest ${bt(l)} (${Vf(Math.floor(s/864e5)-l)})`)}return n.observed&&
o.push(`observed ${If((s-Date.parse(n.observed))/1e3)}`),[...o,...n.after]}var ha=`.optstat-explorer {
  --bg: #fff; --text: #1a1a1a; --muted: #5f5f5f; --edge: #d0d0d0; --fill: #f4f5f6; --accent: #0072b2; --on-accent: #fff;
  --fear: #b34700; --greed: #00704f; --warn: rgba(213, 94, 0, .12);
  box-sizing: border-box; width: 100%; padding: 8px; background: var(--bg); color: var(--text);
  font: 13px/1.4 system-ui, -apple-system, "Segoe UI", sans-serif; container-type: inline-size; overflow: hidden;
}
.optstat-explorer[data-theme="dark"] {
  --bg: #15181c; --text: #e6e6e6; --muted: #a3a3a3; --edge: #3a4048; --fill: #20252b; --accent: #56b4e9; --on-accent: #10151a;
  --fear: #ff9a5c; --greed: #3ddbab; color-scheme: dark;
}
.optstat-explorer[data-theme="light"] { color-scheme: light; }
.optstat-explorer *, .optstat-explorer *::before { box-sizing: border-box; }
.optstat-explorer [hidden] { display: none !important; }
.optstat-explorer .optstat-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.optstat-explorer :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.optstat-toolbar, .optstat-row, .optstat-foot { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
.optstat-toolbar select { max-width: 130px; }
.optstat-explorer .optstat-group { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; }
.optstat-toolbar .optstat-group { gap: 0; }
.optstat-explorer button, .optstat-explorer input, .optstat-explorer select, .optstat-explorer textarea {
  margin: 0; font: inherit; color: var(--text); background: var(--bg); border: 1px solid var(--edge); border-radius: 4px; padding: 2px 6px;
  min-height: 26px; width: auto; height: auto; box-shadow: none; line-height: 1.3;
}
.optstat-explorer button { cursor: pointer; background: var(--fill); }
.optstat-explorer button:hover { border-color: var(--accent); }
.optstat-explorer button:disabled { opacity: .5; cursor: default; }
.optstat-toolbar .optstat-group button { border-radius: 0; margin-left: -1px; }
.optstat-toolbar .optstat-group button:first-child { border-radius: 4px 0 0 4px; margin: 0; }
.optstat-toolbar .optstat-group button:last-child { border-radius: 0 4px 4px 0; }
.optstat-toolbar button[aria-pressed="true"], .optstat-explorer button[aria-expanded="true"] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.optstat-explorer input[type="date"] { padding-right: 2px; }
.optstat-explorer input[type="number"] { width: 56px; }
.optstat-explorer input[type="checkbox"] { min-height: 0; accent-color: var(--accent); }
.optstat-explorer input[type="range"] { width: 100px; padding: 0; border: 0; background: none; accent-color: var(--accent); appearance: auto; }
.optstat-explorer .optstat-label, .optstat-explorer .optstat-check, .optstat-slider { display: inline-flex; align-items: center; gap: 5px; margin: 0; white-space: nowrap; color: var(--text); }
.optstat-label > label, .optstat-slider > span { margin: 0; color: var(--muted); font: inherit; }
.optstat-drawer { margin-top: 8px; padding: 8px 10px; border: 1px solid var(--edge); border-radius: 6px; display: grid; gap: 8px; }
.optstat-explorer .optstat-code { display: block; }
.optstat-code textarea { display: block; width: 100%; font: 12px/1.4 ui-monospace, monospace; white-space: pre; }
.optstat-error { margin: 8px 0 0; padding: 6px 10px; white-space: pre-line; overflow-wrap: anywhere; border-left: 4px solid #d55e00; background: var(--warn); }
.optstat-error button { margin-left: 10px; }
.optstat-heads { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 8px; margin: 8px 0; }
.optstat-card { min-width: 0; padding: 5px 10px; border: 1px solid var(--edge); border-radius: 6px; background: var(--fill); }
.optstat-card-title { display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: center; font-weight: 600; overflow-wrap: anywhere; }
.optstat-facts { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 11px; }
.optstat-ratio { font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.optstat-fact i { font-style: normal; color: var(--muted); }
.optstat-fact b { font-weight: 600; font-variant-numeric: tabular-nums; }
.optstat-side-fear b { color: var(--fear); }
.optstat-side-greed b { color: var(--greed); }
.optstat-badge, .optstat-synthetic-label { padding: 0 6px; border-radius: 3px; font-size: 11px; font-weight: 600; background: #ffe08a; color: #1a1a1a; }
.optstat-provisional { background: #cfe6f5; }
.optstat-synthetic-label { margin-right: 8px; }
.optstat-chart { outline-offset: 2px; position: relative; }
.optstat-blocks { display: grid; gap: 12px 16px; }
.optstat-block { min-width: 0; container-type: inline-size; }
.optstat-block-head { display: flex; gap: 2px 10px; align-items: center; padding-left: 46px; }
.optstat-title { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.optstat-day { color: var(--muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
.optstat-legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0 4px; padding-left: 46px; min-height: 20px; font-size: 11.5px; }
.optstat-panel-title { color: var(--muted); margin-right: 4px; }
.optstat-explorer .optstat-legend button, .optstat-explorer .optstat-block-head button { display: inline-flex; align-items: center; gap: 4px; min-height: 20px; padding: 0 4px; border-color: transparen\
t; background: none; font-size: 11.5px; white-space: nowrap; }
.optstat-blocks button[aria-pressed="false"] { opacity: .45; text-decoration: line-through; }
.optstat-legend b { font-weight: 600; font-variant-numeric: tabular-nums; min-width: 3em; text-align: left; }
.optstat-legend b:empty { min-width: 0; }
.optstat-swatch { display: inline-block; width: 12px; height: 0; border-top: 3px solid var(--swatch); }
.optstat-swatch.optstat-dashed { border-top-style: dashed; border-top-width: 2px; }
.optstat-swatch.optstat-area { height: 9px; border: 0; background: var(--swatch); }
.optstat-overview { display: block; width: 100%; height: 40px; margin-top: 6px; touch-action: none; cursor: crosshair; }
.optstat-explorer .u-select { background: rgba(128, 128, 128, .25); }
.optstat-explorer .u-hz .u-cursor-x, .optstat-explorer .u-hz .u-cursor-y { border-color: var(--muted); }
.optstat-foot { margin-top: 6px; color: var(--muted); font-size: 12px; }
.optstat-notes { color: var(--muted); font-size: 12px; white-space: pre-line; }
.optstat-table-host { margin-top: 8px; overflow-x: auto; }
@container (max-width: 500px) { .optstat-panel-title { display: none; } }
@container (max-width: 560px) {
  .optstat-label, .optstat-slider { flex: 1 1 140px; }
  .optstat-slider { flex-basis: 100%; }
  .optstat-slider > span { min-width: 62px; }
  .optstat-explorer .optstat-slider input[type="range"] { flex: 1; }
  .optstat-toolbar .optstat-group { flex: 1 1 100%; }
  .optstat-toolbar .optstat-group button { flex: 1; min-height: 32px; padding: 2px 0; }
  .optstat-legend, .optstat-block-head { padding-left: 4px; }
  .optstat-explorer input[type="date"] { flex: 1; min-width: 0; width: 100%; }
  .optstat-explorer .optstat-label input[type="text"] { min-width: 0; flex: 1; }
}
`;var pa=`.optstat-table { font-size: 12px; font-variant-numeric: tabular-nums; }
.optstat-table-scroll { overflow-x: auto; }
.optstat-table table { border-collapse: collapse; width: 100%; margin: 0; white-space: nowrap; }
.optstat-table :is(th, td) { padding: 2px 8px; text-align: left; font-weight: normal; border: 0; }
.optstat-table tr + tr > * { border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
.optstat-table thead th { border-bottom: 1px solid color-mix(in srgb, currentColor 40%, transparent); }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) { text-align: right; }
.optstat-table button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
.optstat-table thead button { padding: 2px 0; font-weight: 600; }
.optstat-table thead button::after { content: "▲"; visibility: hidden; font-size: 8px; padding-left: 3px; }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) button { display: inline-flex; flex-direction: row-reverse; align-items: center; }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) button::after { padding: 0 3px 0 0; }
.optstat-table [aria-sort="ascending"] button::after { visibility: visible; }
.optstat-table [aria-sort="descending"] button::after { visibility: visible; content: "▼"; }
.optstat-table-pager { display: flex; flex-wrap: wrap; gap: 2px 6px; align-items: center; padding: 6px 0; }
.optstat-table-pager button { min-width: 28px; min-height: 28px; font-size: 16px; }
.optstat-table-pager button[aria-disabled="true"] { opacity: .35; cursor: default; }
.optstat-table-status { min-width: 10em; text-align: center; }
.optstat-table-size { margin-left: auto; }
.optstat-table-size select { font: inherit; color: CanvasText; background: Canvas; }
`;var Wf=[10,25,100];function Uf(e,{kind:t,digits:s}){return t==="text"?e??"":t==="day"?bt(e):t==="count"?ln(e):we(e,s)}function Gf(e,t,s){let n=Uint32Array.from({length:t},(a,u)=>u);if(s==="none")return n;
let o=s==="ascending"?1:-1,l=a=>a==null||a===""||Number.isNaN(a),i=Array.from(n,a=>l(e[a]));return n.sort((a,u)=>i[a]||i[u]?i[a]-i[u]||a-u:e[a]===e[u]?a-u:e[a]<e[u]?-o:o)}var jf={none:"ascending",ascending:"\
descending",descending:"none"};function Yt(e,t={},...s){let n=Object.assign(document.createElement(e),t);return n.append(...s),n}function fl(e,t){e.textContent!==t&&(e.textContent=t)}function da(e,{label:t="\
Rows shown"}={}){let s={columns:[],at:null,count:0},n={column:-1,direction:"none"},o=new Uint32Array(0),l=0,i=25,a=Yt("tr"),u=Yt("tbody"),p=Yt("table",{},Yt("thead",{},a),u);p.setAttribute("aria-label",
t);let g=Yt("span",{className:"optstat-table-status"});g.setAttribute("role","status");let d=(F,R,I)=>{let V=Yt("button",{type:"button",textContent:F,title:R});return V.setAttribute("aria-label",R),V.
addEventListener("click",()=>V.getAttribute("aria-disabled")!=="true"&&v(I())),V},b=()=>Math.floor(Math.max(s.count-1,0)/i)*i,y=[d("«","First page",()=>0),d("‹","Previous page",()=>l-i)],M=[d("›",
"Next page",()=>l+i),d("»","Last page",b)],N=Yt("select",{},...Wf.map(F=>Yt("option",{value:F,textContent:F})));N.value=i,N.addEventListener("change",()=>{i=Number(N.value),v(Math.floor(l/i)*i)});let O=Yt(
"label",{className:"optstat-table-size"},N," rows a page"),z=Yt("div",{className:"optstat-table-pager"},...y,g,...M,O);e.classList.add("optstat-table"),e.replaceChildren(Yt("div",{className:"optstat-t\
able-scroll"},p),z);function v(F){l=Math.min(Math.max(F,0),b()),j()}function _(){let{column:F,direction:R}=n,I=R==="none"?[]:Array.from({length:s.count},(V,E)=>s.at(F,E));o=Gf(I,s.count,R),[...a.children].
forEach((V,E)=>{V.setAttribute("aria-sort",E===n.column?n.direction:"none")})}function k(){a.replaceChildren(...s.columns.map(({kind:F},R)=>{let I=Yt("button",{type:"button"});return I.addEventListener(
"click",()=>{n={column:R,direction:jf[R===n.column?n.direction:"none"]},_(),v(0)}),Yt("th",{scope:"col",className:`optstat-cell-${F}`},I)})),u.replaceChildren()}function j(){let F=Math.min(l+i,s.count);
for(;u.rows.length>F-l;)u.lastChild.remove();for(;u.rows.length<F-l;){let I=s.columns.map(({kind:V})=>{let E=Yt(V==="day"?"th":"td",{className:`optstat-cell-${V}`});return V==="day"&&(E.scope="row"),E});
u.append(Yt("tr",{},...I))}for(let I=l;I<F;I++){let{cells:V}=u.rows[I-l];s.columns.forEach((E,J)=>fl(V[J],Uf(s.at(J,o[I]),E)))}let R=`${ln(l+1)}–${ln(F)} of ${ln(s.count)}`;fl(g,s.count?R:"No rows");
for(let I of y)I.setAttribute("aria-disabled",l===0);for(let I of M)I.setAttribute("aria-disabled",F>=s.count)}let D=({columns:F})=>F.map(({kind:R})=>R).join();return{update(F){let R=D(F)===D(s);R||(n=
{column:-1,direction:"none"}),F.count!==s.count&&(l=0),s=F,R||k(),s.columns.forEach(({title:I},V)=>fl(a.children[V].firstChild,I)),_(),v(l)},destroy(){e.replaceChildren(),e.classList.remove("optstat-t\
able")}}}var ma=new WeakMap;function Yf(e){let t=e.zoom.join(),s=ma.get(e.parts);if(s?.zoom===t)return s.pairs;let n=[];for(let o of e.parts){let[l,i]=Ge(o,e);for(let a=l;a<i;a++)n.push([o,a])}return n.sort(([
o,l],[i,a])=>i.series.days[a]-o.series.days[l]),ma.set(e.parts,{zoom:t,pairs:n}),n}var Kf=e=>e>0?"fear":e<0?"greed":"";function ga(e,t,s){let n=Yf(e),{title:o}=s[t.metric],l=[{title:"Series",kind:"tex\
t",get:({series:i})=>i.title,only:e.parts.length>1},{title:"Day",kind:"day",get:({series:i},a)=>i.days[a]},{title:"Calls",kind:"count",get:({series:i},a)=>i.call[a]},{title:"Puts",kind:"count",get:({series:i},a)=>i.
put[a]},{title:"Put/call",kind:"number",digits:4,get:({result:i},a)=>i.ratio[a]},{title:`Mean ${t.window}`,kind:"number",digits:4,get:({result:i},a)=>i.mean[a]},{title:`Percentile ${t.lookback}`,kind:"\
number",digits:3,get:({result:i},a)=>i.percentile[a]},{title:o[0].toUpperCase()+o.slice(1),kind:"number",digits:4,get:({result:i},a)=>i.metric[a],only:t.metric!=="percentile"},{title:"Extreme",kind:"t\
ext",get:({result:i},a)=>Kf(i.extreme[a])}].filter(({only:i=!0})=>i);return{columns:l,at:(i,a)=>l[i].get(...n[a]),count:n.length}}var ba={light:{background:"#FFFFFF",text:"#1A1A1A",muted:"#6B6B6B",grid:"#1A1A1A14",ratio:"#8A8A8A",mean:"#009E73",slow:"#000000",band:"#009E7322",call:"#56B4E9",put:"#E69F00",fear:"#D55E00",greed:"#0\
072B2",shade:"38",metric:"#7A5195",price:"#1A1A1A",lines:["#0072B2","#D55E00","#009E73","#CC79A7","#8A6D00","#56B4E9","#1A1A1A","#7A5195"]},dark:{background:"#15181C",text:"#E6E6E6",muted:"#9A9A9A",grid:"\
#FFFFFF14",ratio:"#8F8F8F",mean:"#F0E442",slow:"#FFFFFF",band:"#56B4E930",call:"#56B4E9",put:"#E69F00",fear:"#D55E00",greed:"#0072B2",shade:"60",metric:"#56B4E9",price:"#E6E6E6",lines:["#56B4E9","#E97\
31A","#2BC79B","#E59AC4","#F0E442","#9CC9F5","#FFFFFF","#B79CE0"]}},qf=e=>{let t=(e.match(/[\d.]+/g)||[]).map(Number);return t.length<3||t[3]===0?null:.2126*t[0]+.7152*t[1]+.0722*t[2]};function wa(e,t){
let s=()=>globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1;if(t)return s();let n=document.body.dataset.jpThemeLight;if(n!==void 0)return n==="false";let o=document.body.dataset.vscodeThemeKind;
if(o!==void 0)return/dark|high-contrast$/.test(o);for(let l=e.parentElement;l;l=l.parentElement){let i=qf(getComputedStyle(l).backgroundColor);if(i!==null)return i<128}return s()}function xa(e){let t=new MutationObserver(
e);t.observe(document.body,{attributes:!0});let s=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return s?.addEventListener("change",e),()=>{t.disconnect(),s?.removeEventListener("change",e)}}var Jf=150;function va(e,t,{standalone:s=!1}={}){let n=new hl(e,t,s);return()=>n.destroy()}var hl=class{constructor(t,s,n){Object.assign(this,{model:s,standalone:n,frame:null,saving:null,note:"",refused:"",
dismissed:null,table:null,drawn:0}),this.kernel=n?null:new Vs(s,()=>this.schedule()),this.build(t),this.changed=()=>this.schedule();for(let o of[...Ws,"content","busy","error"])s.on(`change:${o}`,this.
changed);this.unwatch=xa(this.changed),this.schedule(),this.kernel?.ping()}destroy(){for(let t of[...Ws,"content","busy","error"])this.model.off(`change:${t}`,this.changed);this.saving!==null&&this.saveNow(),
cancelAnimationFrame(this.frame),clearInterval(this.clock),this.unwatch(),this.kernel?.destroy(),this.chart.destroy(),this.overview.destroy(),this.table?.destroy(),this.root.remove()}build(t){this.root=
T("div",{class:"optstat-explorer"}),this.root.append(T("style",{},Ul+ha+pa)),t.append(this.root);let s=this.model.get("vocabulary");this.controls=new Is(this.root,s,{choose:l=>this.choose(l),send:(l,i)=>this.
send(l,i),copy:()=>this.copy(),save:(l,i)=>this.save(l,i),table:l=>this.showTable(l)}),this.error=T("div",{class:"optstat-error",role:"alert",hidden:!0}),this.errorText=T("span"),this.retry=T("button",
{type:"button",onclick:()=>this.send("retry")},"Try again"),this.error.append(this.errorText,this.retry),this.heads=T("div",{class:"optstat-heads"});let n=T("div");this.statusText=T("span"),this.progress=
T("progress",{"aria-label":"Loading",hidden:!0}),this.cancel=T("button",{type:"button",hidden:!0,onclick:()=>this.send("cancel")},"Cancel"),this.badge=T("b",{class:"optstat-synthetic-label",hidden:!0},
"SYNTHETIC");let o=T("div",{class:"optstat-status",role:"status","aria-live":"polite"},this.badge,this.statusText);this.notes=T("div",{class:"optstat-notes"}),this.announcer=T("div",{class:"optstat-un\
seen","aria-live":"polite"}),this.tableHost=T("div",{class:"optstat-table-host",hidden:!0}),this.root.append(this.error,this.heads,n,T("div",{class:"optstat-foot"},o,this.progress,this.cancel),this.notes,
this.announcer,this.tableHost),this.chart=new Rs(n,{zoomed:l=>this.choose({zoom:l}),toggled:l=>this.toggle(l),announce:l=>Ne(this.announcer,l)}),this.overview=new Hs(n,(l,i)=>this.chart.zoomTo(l,i)),this.
chart.root.addEventListener("keydown",l=>{l.target===this.chart.root&&/^[1-6]$/.test(l.key)&&this.controls.pressPreset(Number(l.key)-1)}),this.clock=setInterval(this.schedule.bind(this),6e4)}choose(t){
let s={...cl(this.model),...t},n=ua(s,this.model.get("content"));if(this.refused=n??"",this.note="",n===null){this.dismissed=this.model.get("error");for(let[o,l]of Object.entries(t))this.model.set(o,l);
clearTimeout(this.saving),this.saving=setTimeout(()=>this.saveNow(),"window"in t||"lookback"in t||"zoom"in t?Jf:0)}this.schedule()}saveNow(){clearTimeout(this.saving),this.saving=null,this.model.save_changes(),
this.kernel?.ping()}toggle(t){let s=this.model.get("hidden");this.choose({hidden:s.includes(t)?s.filter(n=>n!==t):[...s,t]})}async send(t,s){if(!this.kernel)return;this.saving!==null&&this.saveNow(),this.
refused="";let n=await this.kernel.ask(t,s);n.note&&(this.note=n.note),n.refused&&(this.refused=n.refused),this.schedule()}async copy(){if(!this.content)return this.say("Nothing is loaded yet.");let t=this.
codeText();this.controls.showCode(t);let s=await ia(t);this.say(s?"Copied.":"The browser did not allow copying. Select the code in the box Code.")}codeText(){let t=this.scene.parts.map(({series:s})=>s);
return Zr(this.view,this.content,t,this.shownDays(),this.themeName,this.vocabulary.metrics)}save(t,s){let{scene:n,content:o}=this;if(!o)return this.say("Nothing is loaded yet.");if(t==="Parquet"||t===
"HTML")return this.send("save",{format:t,name:s});let l=`${s||oa(n)}.${t.toLowerCase()}`;t==="CSV"?al(l,new Blob([sa(n,this.view,this.vocabulary.metrics)],{type:"text/csv"})):la(this.chart,this.headlines,
this.palette).toBlob(i=>al(l,i),"image/png"),this.say(`Saved ${l} in the browser's folder of downloads.`)}say(t){this.note=t,this.schedule()}showTable(t){this.tableHost.hidden=!t,t||this.table?.destroy(),
this.table=t?da(this.tableHost):null,this.schedule()}schedule(){this.frame===null&&(this.frame=requestAnimationFrame(()=>{this.frame=null,this.draw()}))}draw(){let t=performance.now();this.view=cl(this.
model),this.vocabulary=this.model.get("vocabulary"),this.content=this.model.get("content")??null,this.content?.series||(this.content=null),this.applyTheme();let{view:s,content:n}=this;if(n===null){this.
controls.show(s,null,[]),this.controls.showSource(this.model.get("content")?.source??""),this.showState([]);return}let o=new Set(ca(s,n));this.loaded=this.kernel?.isSilent?aa(n.loaded):n.loaded;let l=Us(
s,this.loaded),i=ci(n).filter((u,p)=>o.has(n.series[p]));this.scene=hi(this.axisOf(i,l),ya(s)),this.headlines=this.scene.parts.map(u=>Xr(u,this.scene,ya(s)));let a=this.scene.parts.map(u=>{let[p,g]=Ge(
u,this.scene);return{count:g-p}});this.chart.show(this.scene,s,this.vocabulary,this.palette,ea(a,this.headlines)),this.showOverview(),ta(this.heads,this.headlines),this.controls.show(s,n,this.controlDays(
l)),this.controls.showsCode()&&this.controls.showCode(this.codeText()),this.showState(fa(n,this.scene,Date.now())),this.table?.update(ga(this.scene,s,this.vocabulary.metrics)),this.report(t)}axisOf(t,s){
return this.axis&&this.axis.range.every((o,l)=>o===s[l])&&this.axis.series.length===t.length&&t.every((o,l)=>o===this.axis.series[l])||(this.axis={series:t,range:s,...fi(t,s)}),this.axis}applyTheme(){
let{theme:t}=this.view,s=t==="auto"?wa(this.root,this.standalone):t==="dark";this.themeName=s?"dark":"light",this.palette=ba[this.themeName],this.root.dataset.theme=this.themeName,!this.standalone&&this.
model.get("dark")!==s&&(this.model.set("dark",s),this.model.save_changes())}showOverview(){let{scene:t,palette:s}=this,n=t.parts.map((o,l)=>({values:an(o,o.result.mean,t.days.length),colour:t.parts.length>
1?s.lines[l%s.lines.length]:s.metric}));this.overview.show(t.days.length,n,t.zoom,s)}controlDays([t,s]){let{days:n}=this.scene;return[Number.isFinite(t)?t:n[0],Number.isFinite(s)?s:n[n.length-1]]}shownDays(){
return this.view.zoom?this.view.zoom:Us(this.view,this.loaded).map(t=>Number.isFinite(t)?bt(t):null)}showState(t){let{loading:s,done:n,total:o}=this.model.get("busy")??{},l=!!s&&!this.kernel?.isSilent,
i=this.model.get("error");i!==this.dismissed&&(this.dismissed=null);let a=this.refused||(this.dismissed===null?i:"");this.error.hidden=!a,Ne(this.errorText,a?a+(this.content?`
The chart shows the last valid view.`:""):""),this.retry.hidden=!a||!!this.refused||!this.model.get("retryable");let u=[...l?[`Loading${o>1?` ${n} of ${o}`:""} …`]:[],...t];this.kernel?.isSilent&&u.
push("the kernel is busy or gone: what is loaded can still be explored");let p=this.missing();p&&!l&&u.push(p),this.note&&u.push(this.note),this.badge.hidden=!this.content?.series.some(({synthetic:g})=>g),
Ne(this.statusText,u.join(" · ")),Ne(this.notes,(this.content?.notes??[]).join(`
`)),this.progress.hidden=this.cancel.hidden=!l,this.progress.max=Math.max(o??1,1),this.progress.value=n??0,this.root.setAttribute("aria-busy",String(l))}missing(){let{view:t,content:s}=this;if(!s)return"";
let n=new Set(s.series.map(({title:a})=>a)),o=ul(t,s).filter(a=>!n.has(a));if(o.length)return`not loaded: ${o.join(", ")}`;let l=Bs(t,this.loaded.today),i=Us(t,this.loaded);return l.every((a,u)=>a===i[u])?
"":"not loaded: the range chosen"}report(t){queueMicrotask(()=>{let s=performance.now()-t;this.root.dataset.drawn=String(++this.drawn),this.root.dispatchEvent(new CustomEvent("optstat-drawn",{bubbles:!0,
detail:{ms:s}}))})}};function ya(e){return e.metric==="detrend"&&e.window>=e.lookback?{...e,metric:"zscore"}:e}var Zf=e=>{let t=Uint8Array.from(atob(e),s=>s.charCodeAt(0));return new DataView(t.buffer)},pl=class{#t;#e=new Map;constructor(t){for(let s of t.content.series)for(let n of["days","call","put","price"])
n in s&&(s[n]=Zf(s[n]));this.#t=t}get=t=>this.#t[t];set(t,s){this.#t[t]=s;for(let n of this.#e.get(`change:${t}`)??[])n()}on(t,s){this.#e.has(t)||this.#e.set(t,new Set),this.#e.get(t).add(s)}off=(t,s)=>this.#e.
get(t)?.delete(s);save_changes(){}send(){}},Qf=JSON.parse(document.getElementById("optstat-state").textContent);va(document.getElementById("optstat"),new pl(Qf),{standalone:!0});})();
